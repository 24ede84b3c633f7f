using Meshlift.Adapters.Kubernetes.Transport;

namespace Meshlift.Adapters.Kubernetes.Requests;

/// <summary>An answer whose head is there and whose body is still coming.</summary>
internal sealed class Answer(HttpResponseMessage response, StreamWindow body, CancellationTokenSource patience, CancellationTokenSource linked) : IDisposable
{
    public HttpResponseMessage Response { get; } = response;

    public StreamWindow Body { get; } = body;

    /// <summary>True when it was this program's limit that ended the answer, not its caller.</summary>
    public bool RanOut => patience.IsCancellationRequested;

    public void Dispose()
    {
        Body.Dispose();
        Response.Dispose();
        linked.Dispose();
        patience.Dispose();
    }
}
