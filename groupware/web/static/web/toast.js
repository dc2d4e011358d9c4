// Notes at the bottom left. `undo` adds 元に戻す and the shrinking line.
const MOST = 3;

export function toast(text, { failed = false, undo = null } = {}) {
  const place = document.getElementById("toasts");
  const element = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  element.classList.toggle("ng", failed);
  element.querySelector(".body").textContent = text;
  if (undo) {
    element.querySelector("[data-action='toast#act']").hidden = false;
    element.querySelector(".left").hidden = false;
    element.addEventListener("toast:act", undo, { once: true });
  }
  place.append(element);
  while (place.children.length > MOST) place.firstElementChild.remove();
  return element;
}
