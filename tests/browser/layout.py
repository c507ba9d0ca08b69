"""What is wrong with a page's layout, measured in the browser."""

from playwright.sync_api import Page

# Returns a list of sentences. Left out: what is hidden on purpose, what scrolls inside a frame, parts of drawings.
_PROBLEMS = """
() => {
  const wide = document.documentElement.clientWidth;
  const problems = [];
  const name = (part) => part.outerHTML.slice(0, 120);
  if (document.documentElement.scrollWidth > wide) {
    problems.push(`the page is ${document.documentElement.scrollWidth} px wide on a screen of ${wide}`);
  }
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

# Links inside a sentence are as high as their line; everything else that is touched is 44 px high at least.
_SMALL_TARGETS = """
() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((part) => part.checkVisibility() && !part.closest("p:not(.actions, .copy), .skip-link, .history-text"))
  .filter((part) => !part.closest(".field-check, .history-tick")) // its label, which is higher, can be touched as well
  .map((part) => [part, part.getBoundingClientRect()])
  .filter(([part, box]) => box.height && box.height < 43.5 && part.tabIndex >= 0)
  .map(([part, box]) => `${part.outerHTML.slice(0, 120)} is ${box.height} px high`)
"""


def problems(page: Page) -> list[str]:
    """Overflow of the page, parts outside the screen, pictures outside their frames; as sentences."""
    found: list[str] = page.evaluate(_PROBLEMS)
    return found


def small_targets(page: Page) -> list[str]:
    """What a finger would miss; as sentences."""
    found: list[str] = page.evaluate(_SMALL_TARGETS)
    return found


def set_text_size(page: Page, percent: int) -> None:
    """As readers set it in their browser."""
    page.evaluate("(percent) => { document.documentElement.style.fontSize = `${percent}%`; }", percent)
