using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>Reads values of a chart: what is empty in them, and whether anybody can read them.</summary>
internal static class ValuesReader
{
    private const int MostEmpty = 50;

    /// <param name="identity">The object that holds the values; null for a file of its own.</param>
    /// <param name="values">The values.</param>
    /// <param name="at">Where they begin.</param>
    /// <param name="path">The field that holds them; empty for a file of its own.</param>
    public static ValuesNote Read(ResourceIdentity? identity, YamlMapping values, SourcePosition at, string path)
    {
        var empty = ImmutableArray.CreateBuilder<(SourcePosition, string)>();
        // SOPS keeps its own part beside what it encrypts.
        var isPlain = values["sops"] is not YamlMapping sops || sops["mac"] is null;
        Gather(values, path, empty, depth: 0);
        return new ValuesNote(identity, at, empty.DrainToImmutable(), path.Length == 0 && isPlain && HoldsText(values, depth: 0), IsOverride: path.Length > 0);
    }

    /// <summary>True for a text that only stands for a secret.</summary>
    public static bool IsReference(string text) =>
        text.Length == 0 || text.StartsWith("ref+", StringComparison.Ordinal) || text.StartsWith("secretref+", StringComparison.Ordinal) || text.StartsWith("ENC[", StringComparison.Ordinal)
        || text.StartsWith("vault:", StringComparison.Ordinal) || text.Contains("${", StringComparison.Ordinal) || text.Contains("{{", StringComparison.Ordinal)
        || (text[0] == '<' && text.TrimEnd()[^1] == '>');

    private static void Gather(YamlNode node, string path, ImmutableArray<(SourcePosition, string)>.Builder empty, int depth)
    {
        if (depth > 100 || empty.Count == MostEmpty) return;
        if (node is YamlSequence items)
        {
            for (var i = 0; i < items.Items.Length; i++) Gather(items.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), empty, depth + 1);
            return;
        }
        if (node is not YamlMapping mapping) return;
        foreach (var entry in mapping.Entries)
        {
            var below = path.Length == 0 ? entry.Key : $"{path}.{entry.Key}";
            // A null that is spelled out is how Helm is told to take a default away; nothing at all is a section that lost its content.
            if (entry.Value is YamlScalar { Kind: ScalarKind.Null, Span.Length: 0, IsAlias: false } && entry.KeySpan is { } key && empty.Count < MostEmpty) empty.Add((key.Start, below));
            else Gather(entry.Value, below, empty, depth + 1);
        }
    }

    private static bool HoldsText(YamlNode node, int depth) => depth < 100 && node switch
    {
        YamlMapping mapping => mapping.Entries.Any(entry => HoldsText(entry.Value, depth + 1)),
        YamlSequence sequence => sequence.Items.Any(item => HoldsText(item, depth + 1)),
        YamlScalar { AsString: { } text } => !IsReference(text),
        _ => false,
    };
}
