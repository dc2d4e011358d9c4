// The thumbnails: loaded as they come near, the current one kept in view, filtered to hits.

export class Strip {
  constructor(list, { thumb, words, onChoose }) {
    Object.assign(this, { list, thumb, words });
    this.items = new Map();
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-page]");
      if (button) onChoose(Number(button.dataset.page));
    });
  }

  setPages(rows) {
    for (const [number, , , , , hasImage] of rows) {
      const item = this.items.get(number) ?? this.#make(number);
      if (hasImage) this.#picture(item, number);
    }
  }

  #make(number) {
    const row = document.createElement("li");
    row.className = "v-thumb";
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.page = number;
    const paper = document.createElement("span");
    paper.className = "thumb";
    const foot = document.createElement("span");
    foot.className = "foot";
    const label = document.createElement("span");
    label.className = "num";
    const [before, after] = this.words.page.split("{}");
    label.append(unseen(before), String(number), unseen(after));
    foot.append(label);
    button.append(paper, foot);
    row.append(button);
    this.list.append(row);
    const item = { row, button, paper, foot, pictured: false };
    this.items.set(number, item);
    return item;
  }

  #picture(item, number) {
    if (item.pictured) return;
    item.pictured = true;
    const picture = document.createElement("img");
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = "";
    picture.addEventListener("error", () => picture.remove());
    picture.src = this.thumb(number);
    item.paper.append(picture);
  }

  setCurrent(number) {
    const before = this.items.get(this.current);
    before?.paper.classList.remove("on");
    before?.button.removeAttribute("aria-current");
    this.current = number;
    const item = this.items.get(number);
    if (!item) return;
    item.paper.classList.add("on");
    item.button.setAttribute("aria-current", "true");
    this.#reveal(item.row);
  }

  // Scrolls the strip only, in whichever direction it runs.
  #reveal(row) {
    const box = this.list.getBoundingClientRect();
    const place = row.getBoundingClientRect();
    if (place.top < box.top || place.bottom > box.bottom) this.list.scrollTop += place.top - box.top - (box.height - place.height) / 2;
    if (place.left < box.left || place.right > box.right) this.list.scrollLeft += place.left - box.left - (box.width - place.width) / 2;
  }

  setHits(counts) {
    for (const [number, item] of this.items) {
      const count = counts.get(number) ?? 0;
      item.row.dataset.hits = count;
      item.foot.querySelector("mark")?.remove();
      if (!count) continue;
      const mark = document.createElement("mark");
      mark.textContent = this.words.places.replace("{}", count);
      item.foot.append(mark);
    }
  }

  only(on) {
    this.list.classList.toggle("only", on);
  }
}

function unseen(text) {
  const span = document.createElement("span");
  span.className = "vh";
  span.textContent = text;
  return span;
}
