// An upstream that answers at once. It reads the whole request, as a real one does, and compares it: a variant that
// drops a byte of the body or the credential gets a 400, and the run fails.

export default {
  async fetch(request, env) {
    const right =
      (await request.text()) === env.BODY &&
      request.method === "PUT" &&
      request.url === env.URL &&
      request.headers.get("authorization") === env.AUTHORIZATION;
    return new Response(right ? env.ANSWER : "{}", {
      status: right ? 200 : 400,
      headers: { "content-type": "application/json" },
    });
  },
};
