using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>A field of a resource: <c>spec.replicas</c>; or, behind a '|', a field of the document that a text holds: <c>data.values|global.hub</c>.</summary>
/// <remarks>Two paths with the same steps are equal in nothing but their text; compare <see cref="ToString"/>.</remarks>
public sealed class FieldPath
{
    private FieldPath(ImmutableArray<YamlPath> parts) => Parts = parts;

    /// <summary>The path in the resource, then in the document that stands there as a text, and so on; at least one.</summary>
    public ImmutableArray<YamlPath> Parts { get; }

    /// <summary>Parses the written form.</summary>
    /// <exception cref="FormatException">The text is not a path; the message says where.</exception>
    public static FieldPath Parse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<YamlPath>();
        var start = 0;
        for (var end = Bar(text, start); ; end = Bar(text, start))
        {
            var part = end < 0 ? text[start..] : text[start..end];
            if (part.Length == 0 && text.Length > 0) throw new FormatException($"'{text}' is not a path: a field is expected at character {start + 1}, before and behind each '|'");
            parts.Add(YamlPath.Parse(part));
            if (end < 0) return new FieldPath(parts.ToImmutable());
            start = end + 1;
        }
    }

    /// <summary>The written form; <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Join('|', Parts);

    /// <summary>The next '|' that is not within brackets, or -1.</summary>
    private static int Bar(string text, int start)
    {
        var (inBrackets, quote) = (false, '\0');
        for (var at = start; at < text.Length; at++)
        {
            var c = text[at];
            if (quote != '\0')
            {
                if (c == '\\') at++;
                else if (c == quote) quote = '\0';
            }
            else if (!inBrackets)
            {
                if (c == '|') return at;
                inBrackets = c == '[';
            }
            // A quote opens only where a key or a value begins; elsewhere it is a character like any other.
            else if (c is '"' or '\'' && text[at - 1] is '[' or '=') quote = c;
            else inBrackets = c != ']';
        }
        return -1;
    }
}
