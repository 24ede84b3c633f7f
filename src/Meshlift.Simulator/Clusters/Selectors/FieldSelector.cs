using System.Collections.Immutable;
using System.Text;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Selectors;

/// <summary>A field selector: <c>spec.nodeName=a,status.phase!=Running</c>.</summary>
public sealed class FieldSelector
{
    private readonly ImmutableArray<(string Path, string Value, bool IsEqual)> _terms;

    private FieldSelector(ImmutableArray<(string, string, bool)> terms) => _terms = terms;

    /// <summary>Matches everything.</summary>
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>The name that is asked for; null when any may be.</summary>
    internal string? Name => _terms.FirstOrDefault(term => term is { Path: "metadata.name", IsEqual: true }).Value;

    internal bool IsEverything => _terms.IsEmpty;

    /// <summary>Reads the text of a query.</summary>
    /// <exception cref="ApiException">400: it is no selector, or asks for a field by which the type cannot be selected.</exception>
    public static FieldSelector Parse(string? text, ResourceType type)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        var terms = ImmutableArray.CreateBuilder<(string, string, bool)>();
        foreach (var part in Split(text))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0) throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            var isUnequal = at > 0 && part[at - 1] == '!';
            var path = part[..(isUnequal ? at - 1 : at)].Trim();
            var value = Unescape(part[(at + (at + 1 < part.Length && part[at + 1] == '=' ? 2 : 1))..]);
            if (path is not "metadata.name" and not "metadata.namespace" && !type.SelectableFields.Contains(path, StringComparer.Ordinal))
                throw ApiErrors.BadRequest($"field label not supported: {path}");
            terms.Add((path, value, !isUnequal));
        }
        return new(terms.DrainToImmutable());
    }

    internal bool Matches(ResourceType type, StoredObject item)
    {
        foreach (var (path, value, isEqual) in _terms)
            if (item.Field(type, path) is not { } actual || actual == value != isEqual) return false;
        return true;
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\\') i++;
            else if (i == text.Length || text[i] == ',')
            {
                if (i > start) yield return text[start..i];
                start = i + 1;
            }
        }
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
