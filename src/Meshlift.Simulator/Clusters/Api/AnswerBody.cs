using System.Buffers;
using System.IO.Pipelines;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>The body of an answer, which counts what was not sent yet.</summary>
internal sealed class AnswerBody(PipeWriter writer) : IBufferWriter<byte>
{
    public long Unflushed { get; private set; }

    public void Advance(int count)
    {
        writer.Advance(count);
        Unflushed += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

    public async Task FlushAsync(CancellationToken cancel)
    {
        Unflushed = 0;
        await writer.FlushAsync(cancel);
    }
}
