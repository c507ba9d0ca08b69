"""What is wrong with a page's layout, measured in the browser."""

from typing import Any

from playwright.sync_api import Page

_OVERFLOW = """
() => {
  const [wide, screen] = [document.documentElement.scrollWidth, document.documentElement.clientWidth];
  return wide > screen ? [`the page is ${wide} px wide on a screen of ${screen}`] : [];
}
"""

# Left out: what is hidden on purpose, what scrolls inside a frame, parts of drawings.
_PROBLEMS = """
() => {
  const wide = document.documentElement.clientWidth;
  const problems = [];
  const name = (part) => part.outerHTML.slice(0, 120);
  const scrolls = (part) => part.closest("body") !== part && part.parentElement
    && (["auto", "scroll", "hidden"].includes(getComputedStyle(part).overflowX) || scrolls(part.parentElement));
  for (const part of document.querySelectorAll("body *")) {
    if (!part.checkVisibility() || part.closest(".visually-hidden, .skip-link, svg *")) continue;
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height || scrolls(part)) continue;
    if (box.left < -1 || box.right > wide + 1) problems.push(`${name(part)} reaches from ${box.left} to ${box.right}`);
    if (!part.matches("img, main svg")) continue;
    const frame = part.parentElement.getBoundingClientRect();
    if (box.left < frame.left - 1 || box.right > frame.right + 1) problems.push(`${name(part)} leaves its frame`);
  }
  return problems;
}
"""

# Links inside a sentence are as high as their line (WCAG 2.5.8 excepts them), and a box to tick is touched by its
# label, which is higher, as well; everything else is 44 px high and wide at least.
_SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary, label.button")]
  .filter((part) => part.checkVisibility() && (part.tabIndex >= 0 || part.matches("label")))
  .filter((part) => !part.closest("p:not(.actions, .copy), .skip-link, .visually-hidden, .history-text"))
  .filter((part) => !part.closest(".field-check, .history-tick"))
  .map((part) => [part, part.getBoundingClientRect()])
  .filter(([part, box]) => box.height && (box.height < 43.5 || box.width < 43.5))
  .map(([part, box]) => `${part.outerHTML.slice(0, 120)} is ${box.width} × ${box.height} px`)
"""

_RESIZED = "async (width) => { while (innerWidth !== width) await new Promise(requestAnimationFrame); }"


def overflow(page: Page) -> list[str]:
    """Whether the page as a whole scrolls sideways; as sentences."""
    return _found(page, _OVERFLOW)


def problems(page: Page) -> list[str]:
    """Overflow of the page, parts outside the screen, pictures outside their frames; as sentences."""
    return overflow(page) + _found(page, _PROBLEMS)


def small_targets(page: Page) -> list[str]:
    """What a finger would miss; as sentences."""
    return _found(page, _SMALL_TARGETS)


def resize(page: Page, width: int, height: int) -> None:
    """Give the window this size in CSS pixels, and wait until the page has it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_RESIZED, width)


def set_text_size(page: Page, percent: int) -> None:
    """As readers set it in their browser."""
    page.evaluate("(percent) => { document.documentElement.style.fontSize = `${percent}%`; }", percent)


def _found(page: Page, script: str) -> list[str]:
    sentences: Any = page.evaluate(script)
    return list(sentences)
