import { Controller } from "@hotwired/stimulus";

// The black line while the server cannot be reached.
export default class extends Controller {
  connect() {
    this.down = () => (this.element.hidden = false);
    this.up = () => (this.element.hidden = true);
    this.listen("addEventListener");
    if (!navigator.onLine) this.down();
  }

  disconnect() {
    this.listen("removeEventListener");
  }

  listen(verb) {
    window[verb]("offline", this.down);
    window[verb]("online", this.up);
    document[verb]("fuzukue:unreachable", this.down);
    document[verb]("fuzukue:reachable", this.up);
    document[verb]("live:down", this.down);
    document[verb]("live:up", this.up);
  }
}
