using System.Globalization;

namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>Which objects are wanted of a kind.</summary>
/// <param name="Namespace">The namespace; null for all.</param>
public sealed record ListQuery(string? Namespace = null)
{
    /// <summary>A label selector as kubectl writes it; null for all objects.</summary>
    public string? Labels { get; init; }

    /// <summary>A field selector, such as <c>metadata.name=istiod</c>; null for all objects.</summary>
    public string? Fields { get; init; }

    /// <summary>How many objects a page has at most; the server may send more. 500 is what kubectl asks for; 0 asks for all at once.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>True to go on in the newest state when the server has forgotten that of the first page; false to begin anew.</summary>
    public bool MayBeInconsistent { get; init; }

    /// <summary>True to be sent nothing but metadata, which saves the server and the network most of the work.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>The address of a page.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="next">The token of the page before; null for the first page.</param>
    public string PagePath(ApiResource resource, string? next) =>
        Address(resource, [("limit", PageSize > 0 ? PageSize.ToString(CultureInfo.InvariantCulture) : null), ("continue", next)]);

    /// <summary>The address of a watch.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="version">The resource version behind which it begins.</param>
    /// <param name="limit">After which time the server is to end it.</param>
    public string WatchPath(ApiResource resource, string version, TimeSpan limit) => Address(resource,
    [
        ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
        ("timeoutSeconds", ((int)limit.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
    ]);

    /// <summary>What is wanted, for messages: <c>pods in shop</c>, <c>nodes</c>.</summary>
    public string Describe(ApiResource resource) =>
        $"{resource}{(Namespace is null || !resource.IsNamespaced ? "" : $" in {Namespace}")}{(Labels is null ? "" : $" with {Labels}")}{(Fields is null ? "" : $" with {Fields}")}";

    private string Address(ApiResource resource, ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new List<string>();
        if (Labels is not null) query.Add("labelSelector=" + Uri.EscapeDataString(Labels));
        if (Fields is not null) query.Add("fieldSelector=" + Uri.EscapeDataString(Fields));
        foreach (var (name, value) in parameters)
            if (value is not null)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        return query.Count == 0 ? resource.Path(Namespace) : $"{resource.Path(Namespace)}?{string.Join('&', query)}";
    }
}
