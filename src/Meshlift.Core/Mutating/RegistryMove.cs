using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Mutating;

/// <summary>Moves images from one registry to another, wherever a rendered Istio names them.</summary>
/// <remarks>
/// Images stand not only in pod templates: the hub is also a value inside the injector's ConfigMap, from which every later sidecar gets its image, and in
/// environment variables. So the address is replaced in every text where it stands as a whole address, never as a part of a longer one.
/// </remarks>
public static class RegistryMove
{
    /// <summary>The value with every address below <paramref name="from"/> moved to <paramref name="to"/>.</summary>
    /// <param name="node">The value.</param>
    /// <param name="from">An address without a scheme, such as <c>docker.io/istio</c>.</param>
    /// <param name="to">The address that takes its place.</param>
    /// <param name="places">How many addresses were moved.</param>
    public static YamlNode Apply(YamlNode node, string from, string to, out int places)
    {
        places = 0;
        return Move(node, from, to, ref places);
    }

    private static YamlNode Move(YamlNode node, string from, string to, ref int places)
    {
        switch (node)
        {
            case YamlScalar { Kind: ScalarKind.String } text when text.Value.Contains(from, StringComparison.Ordinal):
                return Replace(text.Value, from, to, ref places) is { } moved ? YamlScalar.String(moved) : text;
            case YamlMapping mapping:
                ImmutableArray<YamlEntry>.Builder? entries = null;
                for (var i = 0; i < mapping.Entries.Length; i++)
                {
                    var value = Move(mapping.Entries[i].Value, from, to, ref places);
                    if (ReferenceEquals(value, mapping.Entries[i].Value)) continue;
                    entries ??= mapping.Entries.ToBuilder();
                    entries[i] = entries[i] with { Value = value };
                }
                return entries is null ? mapping : new YamlMapping(entries.MoveToImmutable());
            case YamlSequence sequence:
                ImmutableArray<YamlNode>.Builder? items = null;
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    var item = Move(sequence.Items[i], from, to, ref places);
                    if (ReferenceEquals(item, sequence.Items[i])) continue;
                    items ??= sequence.Items.ToBuilder();
                    items[i] = item;
                }
                return items is null ? sequence : sequence.With(items.MoveToImmutable());
            default:
                return node;
        }
    }

    /// <returns>The text with whole addresses replaced, or null when there is none.</returns>
    private static string? Replace(string text, string from, string to, ref int places)
    {
        var result = new System.Text.StringBuilder();
        var copied = 0;
        for (var at = text.IndexOf(from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(from, at + from.Length, StringComparison.Ordinal))
        {
            var end = at + from.Length;
            if ((at > 0 && IsPartOfAnAddress(text[at - 1])) || (end < text.Length && IsPartOfAnAddress(text[end]) && text[end] is not ('/' or ':'))) continue;
            result.Append(text, copied, at - copied).Append(to);
            copied = end;
            places++;
        }
        return copied == 0 && result.Length == 0 ? null : result.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsPartOfAnAddress(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':';
}
