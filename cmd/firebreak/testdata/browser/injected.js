// Lists what a text that somebody wrote would have to put into the document to
// do harm.
() => {
  const found = [];
  if (window.hostile !== undefined) found.push(`a script of theirs ran: ${window.hostile}`);
  for (const el of document.querySelectorAll('*')) {
    if (/^(iframe|object|embed|base|marquee)$/i.test(el.tagName)) found.push(el.outerHTML.slice(0, 80));
    if (el.tagName === 'SCRIPT' && !/^\/js\/(theme|main)\.js$/.test(el.getAttribute('src'))) found.push(el.outerHTML.slice(0, 80));
    for (const {name, value} of el.attributes) {
      if (/^on|^style$|^srcdoc$/.test(name) && !(name === 'style' && el.style.length > 0 && !value.includes('url('))) found.push(`${el.tagName}: ${name}=${value}`.slice(0, 80));
      if (/^(href|src|action|formaction|xlink:href|data)$/.test(name) && /^\s*(javascript|vbscript|data:text|file):?/i.test(value)) found.push(`${el.tagName}: ${name}=${value}`.slice(0, 80));
    }
    if (el.tagName === 'IMG' && new URL(el.src, location.href).origin !== location.origin && !el.src.startsWith('data:image/')) found.push(`an image from elsewhere: ${el.src}`);
  }
  return found;
}
