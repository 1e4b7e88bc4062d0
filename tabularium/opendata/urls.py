"""Addresses of open data: pages and feeds below the language, files and the sitemap without one."""

from django.urls import path

from tabularium.opendata.views import feeds, files, page, sitemaps

app_name = "opendata"

urlpatterns = [
    path("open-data", page.open_data_page, name="open-data"),
    path("authorities/<slug:code>/entries.atom", feeds.authority_feed, name="authority-feed"),
]

without_language = [
    path("open-data/<str:name>", files.open_data_file, name="open-data-file"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap/pages.xml", sitemaps.sitemap_of_pages, name="sitemap-of-pages"),
    path("sitemap/<slug:name>-<slug:start>.xml", sitemaps.sitemap_part, name="sitemap-part"),
]
