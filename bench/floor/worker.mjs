// The floor: what any Worker pays that forwards this request at all. It attaches a fixed credential, writes one log line
// and checks nothing; bodies pass through without being looked at. The gateway's price is what it takes above this.

export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    console.log(JSON.stringify({ event: "request", time: Date.now(), method: request.method, path: pathname }));
    return fetch(`${env.UPSTREAM}${pathname}${search}`, {
      method: request.method,
      headers: { authorization: env.AUTHORIZATION, accept: "application/json", "content-type": "application/json" },
      body: request.body,
      redirect: "manual",
    });
  },
};
