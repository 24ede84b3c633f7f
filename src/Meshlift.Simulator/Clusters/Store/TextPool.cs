namespace Meshlift.Simulator.Clusters.Store;

/// <summary>Keeps one copy of texts that many objects share: namespaces, labels, owners. A fleet of 200,000 pods has few of them.</summary>
internal sealed class TextPool
{
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    public string Of(string text)
    {
        if (_texts.TryGetValue(text, out var known)) return known;
        _texts.Add(text);
        return text;
    }
}
