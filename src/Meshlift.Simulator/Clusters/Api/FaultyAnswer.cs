using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Faults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Lets the fault of a request happen.</summary>
internal static class FaultyAnswer
{
    /// <summary>Refuses, waits, or prepares the answer to break.</summary>
    /// <exception cref="ApiException">The fault is a refusal.</exception>
    public static async Task BeginAsync(Fault? fault, ApiRequest request, TimeProvider time)
    {
        switch (fault)
        {
            case Fault.Refuse refusal:
                throw Refusal(refusal, request);
            case Fault.Slow slow:
                await Task.Delay(slow.By, time, request.Gone);
                break;
            case Fault.Silence:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, request.Gone);
                break;
            case Fault.Cut cut:
                var original = request.Http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
                request.Http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new CutStream(original.Stream, cut.AfterBytes, () => AbortAsync(request, time)), original));
                break;
        }
    }

    /// <summary>Breaks the connection once what was written has had time to leave: a break throws away what is still on its way.</summary>
    private static async Task AbortAsync(ApiRequest request, TimeProvider time)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50), time, request.Gone);
        request.Http.Abort();
    }

    private static ApiException Refusal(Fault.Refuse refusal, ApiRequest request)
    {
        var key = request.Path.Type.Key;
        var seconds = refusal.RetryAfter is { } after ? (int?)Math.Ceiling(after.TotalSeconds) : null;
        var (reason, usual) = refusal.Code switch
        {
            401 => ("Unauthorized", "Unauthorized"),
            403 => ("Forbidden", $"{key} \"{request.Path.Name}\" is forbidden"),
            404 => ("NotFound", $"{key} \"{request.Path.Name}\" not found"),
            409 => ("Conflict", ApiErrors.Conflict(key, request.Path.Name).Message),
            410 => ("Expired", "The resourceVersion for the provided watch is too old."),
            422 => ("Invalid", $"{request.Path.Type.Kind} \"{request.Path.Name}\" is invalid"),
            429 => ("TooManyRequests", "Too many requests, please try again later."),
            500 => ("InternalError", "Internal error occurred: a fault on purpose"),
            503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
            504 => ("Timeout", "the server was unable to return a response in the time allotted"),
            _ => ("", "a fault on purpose"),
        };
        return new ApiException(refusal.Code, reason, refusal.Message ?? usual) { About = key, Name = request.Path.Name, RetryAfterSeconds = seconds };
    }
}

/// <summary>A stream that breaks the connection after so many bytes.</summary>
internal sealed class CutStream(Stream inner, long left, Func<Task> cut) : Stream
{
    private long _left = left;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = buffer[..(int)Math.Min(_left, buffer.Length)];
        await inner.WriteAsync(part, cancellationToken);
        _left -= part.Length;
        if (part.Length == buffer.Length) return;
        await inner.FlushAsync(cancellationToken);
        await cut();
        throw new OperationCanceledException("the connection was cut on purpose");
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
