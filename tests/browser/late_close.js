// A browser that is slow to tell a page that its stream of results ends: what the page reads last
// of it comes half a second late. `streamEnding` is set meanwhile.
{
  const LAST = 'data: {"msg":"close_stream';
  const real = window.fetch;
  window.fetch = async (request, options) => {
    const response = await real(request, options);
    if (!String(request.url ?? request).includes("/queue/data")) return response;
    const parts = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const pull = async (slow) => {
      const { done, value } = await parts.read().catch(() => ({ done: true })); // The page hung up.
      if (done) return slow.close();
      const [told, last] = value.split(LAST);
      if (told) slow.enqueue(told);
      if (last === undefined) return;
      window.streamEnding = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
      window.streamEnding = false;
      slow.enqueue(LAST + last);
    };
    const body = new ReadableStream({ pull, cancel: () => parts.cancel().catch(() => {}) });
    return new Response(body.pipeThrough(new TextEncoderStream()), response);
  };
}
