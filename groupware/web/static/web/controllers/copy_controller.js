import { Controller } from "@hotwired/stimulus";
import { toast } from "web/toast";
import { word } from "web/words";

// Copies data-copy-text-value (or the address of the page); without a clipboard (plain http) it
// selects the text of the element instead.
export default class extends Controller {
  static values = { text: String };

  async copy() {
    const text = this.textValue ? new URL(this.textValue, location.href).href : location.href;
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyBySelection(text);
    toast(word("copied"));
  }
}

function copyBySelection(text) {
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "vh";
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}
