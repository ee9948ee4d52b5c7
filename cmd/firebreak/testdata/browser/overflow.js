// Lists what makes the window scroll sideways, is cut off or lies beyond its
// right edge. A line of text may end in an ellipsis.
// Program text, tables and rows of buttons may scroll within themselves.
() => {
  const width = document.documentElement.clientWidth;
  const name = (el) => `${el.tagName.toLowerCase()}.${String(el.className)} "${el.textContent.trim().slice(0, 40)}"`;
  const mayScroll = (el) => el.closest('pre, .bookmarks, .st-more') !== null;
  const held = (el) => {
    for (let up = el.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible' && up.getBoundingClientRect().right <= width + 1) return true;
    return false;
  };
  const wide = [];
  if (innerWidth > screen.width) wide.push(`the window is ${innerWidth} wide on a screen of ${screen.width}`);
  if (document.scrollingElement.scrollWidth > width) wide.push(`the document is ${document.scrollingElement.scrollWidth} wide`);
  for (const el of document.querySelectorAll('body, body :not(input, textarea, select)')) {
    if (!el.checkVisibility({visibilityProperty: true, opacityProperty: true}) || mayScroll(el)) continue;
    const style = getComputedStyle(el);
    if (/auto|scroll/.test(style.overflowX) && el.scrollWidth > el.clientWidth + 1) wide.push(`scrolls sideways: ${name(el)}`);
    if (/hidden|clip/.test(style.overflowX) && el.clientWidth > 1 && el.scrollWidth > el.clientWidth + 1 && style.textOverflow !== 'ellipsis') wide.push(`cut off: ${name(el)}`);
    if (el.getBoundingClientRect().right > width + 1 && !held(el)) wide.push(`beyond the edge: ${name(el)}`);
  }
  return wide;
}
