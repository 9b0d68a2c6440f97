// One event stream per browser, shared by its tabs: HTTP/1.1 gives a host six connections, a tab may not take one.
const ports = new Set();
let source;

function open() {
  source = new EventSource("/gebeurtenissen");
  for (const name of ["verbonden", "aflevering"]) {
    source.addEventListener(name, (event) => tell({ name, data: event.data }));
  }
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 5000);
  };
}

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => { if (data === "weg") ports.delete(port); };
  if (!source) open();
  else if (source.readyState === EventSource.OPEN) port.postMessage({ name: "verbonden", data: "{}" });
};
