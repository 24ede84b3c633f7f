namespace Meshlift.Simulator.Releases;

/// <summary>One document of a stream, with what its place in the stream depends on.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name of the object.</param>
/// <param name="Namespace">Empty where the object belongs to the cluster.</param>
/// <param name="Text">The document, ending in a line break, without a separator.</param>
internal sealed record SampleDocument(string Group, string Kind, string Name, string Namespace, string Text)
{
    /// <summary>
    /// The order of <c>istioctl manifest generate</c>: a rank of the kind, then API group, kind, name. Upstream leaves the rest to chance;
    /// here the namespace decides it.
    /// </summary>
    public static Comparison<SampleDocument> StreamOrder { get; } = (a, b) =>
        Rank(a.Kind).CompareTo(Rank(b.Kind)) is not 0 and var rank ? rank
        : string.CompareOrdinal(a.Group, b.Group) is not 0 and var group ? group
        : string.CompareOrdinal(a.Kind, b.Kind) is not 0 and var kind ? kind
        : string.CompareOrdinal(a.Name, b.Name) is not 0 and var name ? name
        : string.CompareOrdinal(a.Namespace, b.Namespace);

    /// <summary>The documents of an expanded template, which are separated by lines of <c>---</c>.</summary>
    public static IEnumerable<SampleDocument> Split(string text) => text.Split("\n---\n").Select(part => Read(part.TrimEnd('\n') + "\n"));

    // Templates hold their keys at fixed places: top-level ones in column 0, those of the metadata two columns in.
    private static SampleDocument Read(string text)
    {
        var document = new SampleDocument("", "", "", "", text);
        var inMetadata = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("apiVersion: ") && line.Contains('/'))
                document = document with { Group = line["apiVersion: ".Length..line.IndexOf('/')].ToString() };
            else if (line.StartsWith("kind: "))
                document = document with { Kind = line["kind: ".Length..].ToString() };
            else if (inMetadata && line.StartsWith("  name: "))
                document = document with { Name = line["  name: ".Length..].ToString() };
            else if (inMetadata && line.StartsWith("  namespace: "))
                document = document with { Namespace = line["  namespace: ".Length..].ToString() };
            if (line.Length > 0 && line[0] != ' ') inMetadata = line is "metadata:";
        }
        return document;
    }

    private static int Rank(string kind) => kind switch
    {
        "CustomResourceDefinition" => -1000,
        "ServiceAccount" or "ClusterRole" => 1,
        "ClusterRoleBinding" => 2,
        "ValidatingWebhookConfiguration" => 3,
        "ConfigMap" => 100,
        "HorizontalPodAutoscaler" => 1001,
        "Service" => 10000,
        _ => 1000,
    };
}
