"""Addresses of the log's files, below /log/: those of C2SP's tlog-tiles, without a language."""

from django.urls import path, register_converter

from tabularium.public.views import log

register_converter(log.FileConverter, "log_file")

app_name = "log"
urlpatterns = [
    path("checkpoint", log.checkpoint_file, name="checkpoint"),
    path("tile/<log_file:file>", log.tile_file, name="tile"),
]
