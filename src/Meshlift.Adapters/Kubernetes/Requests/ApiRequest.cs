using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Kubernetes.Requests;

/// <summary>One request to the API.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The address below the server's, without a leading slash.</param>
internal sealed record ApiRequest(RequestName Name, HttpMethod Method, string Path)
{
    public const string Json = "application/json";

    /// <summary>What may be answered.</summary>
    public string Accept { get; init; } = Json;

    /// <summary>What is sent; null for nothing.</summary>
    public byte[]? Content { get; init; }

    public string ContentType { get; init; } = Json;

    /// <summary>The validator of an answer that is there already; null for none.</summary>
    public string? IfNoneMatch { get; init; }

    public Repeatable Repeatable { get; init; } = Repeatable.Yes;

    public RequestPriority Priority { get; init; } = RequestPriority.Read;
}
