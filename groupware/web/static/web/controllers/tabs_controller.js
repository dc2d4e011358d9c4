import { Controller } from "@hotwired/stimulus";

// Tabs inside a page (role=tablist): arrows, Home, End; panels by aria-controls.
export default class extends Controller {
  static targets = ["tab"];

  connect() {
    const chosen = this.tabTargets.find((tab) => tab.getAttribute("aria-selected") === "true");
    this.select(chosen ?? this.tabTargets[0], false);
  }

  choose(event) {
    this.select(event.currentTarget, false);
  }

  key(event) {
    const at = this.tabTargets.indexOf(event.currentTarget);
    const last = this.tabTargets.length - 1;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.select(this.tabTargets[(to + last + 1) % (last + 1)], true);
  }

  select(chosen, focus) {
    for (const tab of this.tabTargets) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      if (panel) panel.hidden = !on;
    }
    if (focus) chosen.focus();
    this.dispatch("chosen", { detail: { id: chosen.id } });
  }
}
