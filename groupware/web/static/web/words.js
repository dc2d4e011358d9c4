// Words that scripts show; they come translated with the page.
export function word(name) {
  return document.querySelector("[data-words]")?.dataset[name] ?? "";
}

// Said politely to screen readers, seen by nobody.
export function announce(text) {
  const place = document.getElementById("announce");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = text));
}
