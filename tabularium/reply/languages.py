"""In which language somebody wrote, as far as the script and the page tell."""

from tabularium.public.languages import language_of_name, page_language


def language_of_text(text: str) -> str:
    """BCP 47 tag of a text that was typed on a page; "" where it is not told.

    A text in Han characters on a Chinese page is in the page's language, one in Latin letters on an
    English page too.
    """
    here = page_language()
    by_script = language_of_name(text)
    if by_script == "zh":
        return here if here.startswith("zh") else by_script
    return by_script or ("" if here.startswith("zh") else here)
