// A device of the school as the network sees it: an address of its own on loopback.  Its browser's requests leave from there,
// to the gate's proxy; the portal is among the browser's proxy exceptions and is reached directly.
import net from 'node:net';

export class Device {
  constructor(address, ports) { Object.assign(this, { address, ports }); }

  // Where its browser finds its proxy: a port that passes bytes on, nothing more.
  async open() {
    this.server = net.createServer((near) => this.pass(near));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.proxy = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  pass(near) {
    near.on('error', () => near.destroy());
    near.once('data', (first) => {
      const direct = first.toString('latin1').startsWith(`CONNECT localhost:${this.ports.portal} `);
      const far = net.connect({ port: direct ? this.ports.portal : this.ports.proxy, host: '127.0.0.1', localAddress: this.address });
      far.on('error', () => near.destroy());
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      far.on('connect', () => {
        if (direct) near.write('HTTP/1.1 200 OK\r\n\r\n'); else far.write(first);
        near.pipe(far).pipe(near);
      });
    });
  }

  // What the gate's page listener says to a plain request, head and body: what a device without a proxy meets.
  ask(host, path) {
    return new Promise((done, fail) => {
      let text = '';
      const s = net.connect({ port: this.ports.page, host: '127.0.0.1', localAddress: this.address });
      s.on('error', fail);
      s.on('data', (d) => { text += d; });
      s.on('end', () => done(text));
      s.setTimeout(5000, () => fail(new Error(`${host}${path}: no answer`)));
      s.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
  }

  close() { this.server?.close(); }
}
