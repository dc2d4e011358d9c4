import { Controller } from "@hotwired/stimulus";

// Drafts kept in the browser leave with the person, so that the next one does not find them.
export default class extends Controller {
  clear() {
    for (const store of [window.localStorage, window.sessionStorage]) {
      for (const key of Object.keys(store)) if (key.startsWith("draft:")) store.removeItem(key);
    }
  }
}
