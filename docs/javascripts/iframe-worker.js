// A browser starts no worker for a page that was opened from a file. There, the search runs in a hidden frame.
// The name matters: without a script of this name, the site generator would load one from another host.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(address) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      // Firefox replaces the document of a new frame a moment later, so nothing is put into it before.
      const ready = new Promise((resolve) => (this.frame.onload = resolve));
      document.documentElement.append(this.frame);
      this.started = ready.then(() => this.start(new URL(address, location.href).href));
      this.started.catch((problem) => this.onerror && this.onerror(problem));
    }

    start(address) {
      const inside = this.frame.contentWindow;
      // What the worker posts is for the page.
      inside.postMessage = (data) => this.onmessage && this.onmessage({ data });
      return new Promise((resolve, reject) => {
        const script = inside.document.createElement("script");
        script.onload = resolve;
        script.onerror = reject;
        script.src = address;
        inside.document.head.append(script);
      });
    }

    postMessage(data) {
      this.started.then(() => this.frame.contentWindow.onmessage({ data }), () => {});
    }

    terminate() {
      this.frame.remove();
    }
  };
}
