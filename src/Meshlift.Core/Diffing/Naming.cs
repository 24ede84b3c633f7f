using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>Takes the names of one side's revision and version out of its texts.</summary>
/// <param name="revision">The revision; null for none.</param>
/// <param name="version">The version; null for none.</param>
/// <param name="lacksRevision">True when one of the two sides is an istiod without a revision, whose names have no suffix.</param>
internal sealed class Naming(string? revision, string? version, bool lacksRevision)
{
    public const string Revision = "<revision>";
    public const string Version = "<version>";
    private const string Suffix = "-" + Revision;

    // The label value of an istiod without a revision, and nothing else it is called by: the word itself means many things.
    private readonly bool _isDefault = revision == "default";

    /// <summary>True for the side of an istiod without a revision.</summary>
    public bool IsDefault => _isDefault;

    /// <summary>The two sides of a difference.</summary>
    public static (Naming Before, Naming After) Of(DiffNames names)
    {
        var lacks = names.RevisionBefore is { IsDefault: true } || names.RevisionAfter is { IsDefault: true };
        return (new Naming(names.RevisionBefore?.Value, names.VersionBefore?.ToString(), lacks), new Naming(names.RevisionAfter?.Value, names.VersionAfter?.ToString(), lacks));
    }

    /// <summary>The text with placeholders for both names; itself when it holds neither.</summary>
    public string Marked(string text) => Replace(WithoutRevision(text), version, Version);

    /// <summary>What is compared: <see cref="Marked"/>, and between a side with and one without a revision, no trace of the suffix.</summary>
    public string Key(string text)
    {
        var marked = Marked(text);
        return lacksRevision && marked != Revision ? marked.Replace(Suffix, "", StringComparison.Ordinal) : marked;
    }

    /// <summary>The text without the revision and the '-' before it.</summary>
    public string Bare(string text) => Marked(text).Replace(Suffix, "", StringComparison.Ordinal);

    /// <summary>A value as one text that is equal for equal values, names aside.</summary>
    public string Key(YamlNode node)
    {
        var text = new StringBuilder();
        Append(node, text);
        return text.ToString();
    }

    private string WithoutRevision(string text) => _isDefault ? (text == revision ? Revision : text) : Replace(text, revision, Revision);

    private void Append(YamlNode node, StringBuilder text)
    {
        switch (node)
        {
            case YamlMapping mapping:
                text.Append('{');
                foreach (var entry in mapping.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    text.Append(entry.Key).Append('\0');
                    Append(entry.Value, text);
                }
                text.Append('}');
                break;
            case YamlSequence sequence:
                text.Append('[');
                foreach (var item in sequence.Items) Append(item, text);
                text.Append(']');
                break;
            case YamlScalar scalar:
                text.Append(scalar.Kind == ScalarKind.String ? 's' : scalar.Kind is ScalarKind.Integer or ScalarKind.Float ? 'n' : 'w').Append(Key(scalar.Value)).Append('\0');
                break;
        }
    }

    /// <summary>Replaces a name where it is a word: <c>1-30-3</c> is one in <c>istiod-1-30-3-istio-system</c>, and none in <c>1-30-30</c>.</summary>
    private static string Replace(string text, string? name, string mark)
    {
        if (name is null || !text.Contains(name, StringComparison.Ordinal)) return text;
        StringBuilder? result = null;
        var copied = 0;
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if (at < copied || !Begins(text, at) || !Ends(text, end)) continue;
            result ??= new StringBuilder(text.Length + 16);
            result.Append(text, copied, at - copied).Append(mark);
            copied = end;
        }
        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool Begins(string text, int at) => at == 0 || !(char.IsAsciiDigit(text[at - 1]) || (char.IsAsciiLetter(text[at - 1]) && char.IsAsciiLetter(text[at])) || (text[at - 1] == '.' && at > 1 && char.IsAsciiDigit(text[at - 2])));

    private static bool Ends(string text, int end) => end == text.Length || !(char.IsAsciiLetterOrDigit(text[end]) || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])));
}
