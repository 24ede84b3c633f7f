using System.Net;

namespace Meshlift.Adapters.Releases;

/// <summary>A failure to read that may be gone at the next try: the line broke, the server is busy or restarting.</summary>
internal sealed class TransientFailure(string message, Exception? cause = null, TimeSpan? retryAfter = null) : Exception(message, cause)
{
    /// <summary>How long the server asks to wait; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>True for the answers that a server gives when it could have said yes a moment later (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4).</summary>
    public static bool Is(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
