"""Makes the app's icons from its logo: `python -m tests.browser.icons`, where there is a Chromium.

Maskable icons and Apple's have no transparent corners, and what matters within the middle four fifths: devices cut
them into shapes of their own (W3C, Web Application Manifest, "maskable").
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import visitors

IMAGES = Path(__file__).resolve().parents[2] / "static" / "images"
BLUE = "#0b4f8a"
PAGE = '<body style="margin:0;background:{ground}">{logo}'
ICONS = {  # name: edge in pixels, share of it that the logo takes, ground
    "icon-192.png": (192, 1.0, "transparent"),
    "icon-512.png": (512, 1.0, "transparent"),
    "icon-maskable-192.png": (192, 0.8, BLUE),
    "icon-maskable-512.png": (512, 0.8, BLUE),
    "icon-apple.png": (180, 0.9, BLUE),
}


def make(browser: Browser, folder: Path) -> None:
    """All icons, into a folder."""
    logo = (IMAGES / "logo.svg").read_text()
    for name, (edge, share, ground) in ICONS.items():
        page = browser.new_page(viewport={"width": edge, "height": edge})
        gap, size = (1 - share) / 2 * edge, share * edge
        sized = logo.replace("<svg ", f'<svg width="{size}" height="{size}" style="display:block;margin:{gap}px" ', 1)
        page.set_content(PAGE.format(ground=ground, logo=sized))
        page.screenshot(path=folder / name, omit_background=True)
        page.close()


if __name__ == "__main__":
    program = visitors.chromium() or sys.exit("There is no Chromium here; install one or set CHROMIUM.")
    with sync_playwright() as playwright:
        make(visitors.launch(playwright, program), IMAGES)
