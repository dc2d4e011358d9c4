import { Controller } from "@hotwired/stimulus";

// Opens <dialog id=…> by `data-dialog-id-param`, closes the one around the pressed button.
export default class extends Controller {
  connect() {
    this.onClick = (event) => {
      if (event.target instanceof HTMLDialogElement && event.target.open && outside(event)) event.target.close("no");
    };
    this.element.addEventListener("click", this.onClick);
  }

  disconnect() {
    this.element.removeEventListener("click", this.onClick);
  }

  open(event) {
    const dialog = document.getElementById(event.params.id);
    if (dialog && !dialog.open) dialog.showModal();
  }

  close(event) {
    event.currentTarget.closest("dialog")?.close("no");
  }
}

// A press on the veil closes; a press inside (also on padding) does not.
function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
