// Lists text that is too faint on what is behind it: below 4.5 to 1, or 3 to 1
// if it is large (WCAG 2.2, 1.4.3). What is switched off need not be read.
() => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const rgba = (css) => {
    if (!known.has(css)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const behind = (el) => {
    const layers = [];
    for (let up = el; up; up = up.parentElement) layers.unshift(rgba(getComputedStyle(up).backgroundColor));
    return layers.reduce((base, layer) => over(layer, base), [255, 255, 255]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opacity = (el) => { let all = 1; for (let up = el; up; up = up.parentElement) all *= Number(getComputedStyle(up).opacity); return all; };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    if (!node.data.trim() || !el.checkVisibility({visibilityProperty: true}) || el.closest(':disabled, .unseen, option, noscript')) continue;
    const style = getComputedStyle(el);
    const back = behind(el);
    const [r, g, b, a] = rgba(style.color);
    const fore = over([r, g, b, a * opacity(el)], back);
    const [x, y] = [light(fore), light(back)].sort((p, q) => q - p);
    const ratio = (x + 0.05) / (y + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < least - 0.05) faint.push(`${ratio.toFixed(2)} to 1: ${el.tagName.toLowerCase()}.${String(el.className)} "${node.data.trim().slice(0, 40)}"`);
  }
  return [...new Set(faint)];
}
