using System.Collections.Immutable;

namespace Meshlift.Simulator.Releases.Crds;

/// <summary>Reads a <c>.crd</c> file.</summary>
/// <remarks>
/// The head is one word and its values a line (<c>group</c>, <c>kind</c>, <c>plural</c>, <c>short</c>, <c>versions</c>, <c>stored</c>,
/// <c>column</c>). Then come <c>spec</c> and any number of <c>type</c>s, and below each, two columns further in, its fields:
/// <code>
/// name!: []string maxItems=8 each.maxLength=64 -- What it is for.
///   rule Says what is wrong. :: size(self) > 0
///   each rule Says it of one element. :: self != "*"
/// other: object -- The exclamation mark above made a field required.
///   oneof a b
///   a: duration
///   b: NameOfAType
/// </code>
/// </remarks>
internal static class CrdDescriptionReader
{
    /// <summary>Reads the text, adding its types to those known already.</summary>
    /// <returns>Null where the file holds nothing but types.</returns>
    public static CrdDescription? Read(string text, Dictionary<string, SchemaNode> types)
    {
        var head = new Dictionary<string, string>(StringComparer.Ordinal);
        var columns = ImmutableArray.CreateBuilder<PrinterColumn>();
        // The node that a line belongs to is the last one of the level above it.
        var open = new SchemaNode[16];
        SchemaNode? spec = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var content = line.TrimStart(' ');
            var level = (line.Length - content.Length) / 2;
            if (level > 0)
                open[level] = AddTo(open[level - 1], content);
            else if (content.StartsWith("type ", StringComparison.Ordinal))
                types.Add((open[0] = Field(content["type ".Length..])).Name, open[0]);
            else if (content.StartsWith("spec", StringComparison.Ordinal))
                spec = open[0] = Field(content);
            else if (content.StartsWith("column ", StringComparison.Ordinal))
                columns.Add(Column(content["column ".Length..]));
            else
            {
                var (word, value) = Cut(content, " ");
                head.Add(word, value);
            }
        }
        if (spec is null) return null;
        ImmutableArray<string> versions = [.. head["versions"].Split(' ')];
        return new(
            head["group"], head["kind"], head["plural"], head.TryGetValue("short", out var name) ? [name] : [],
            versions, head.GetValueOrDefault("stored", versions[0]), columns.ToImmutable(), spec);
    }

    private static SchemaNode AddTo(SchemaNode parent, string content)
    {
        if (content.StartsWith("oneof ", StringComparison.Ordinal))
            parent.Unions.Add([.. content["oneof ".Length..].Split(' ')]);
        else if (content.StartsWith("rule ", StringComparison.Ordinal))
            parent.Rules.Add(Rule(content["rule ".Length..], ofElement: false));
        else if (content.StartsWith("each rule ", StringComparison.Ordinal))
            parent.Rules.Add(Rule(content["each rule ".Length..], ofElement: true));
        else
        {
            var field = Field(content);
            parent.Fields.Add(field);
            return field;
        }
        return parent;
    }

    private static SchemaNode Field(string content)
    {
        var (declaration, description) = Cut(content, " -- ");
        var (name, rest) = Cut(declaration, ": ");
        var words = rest.Split(' ');
        return new(name.TrimEnd('!'), name.EndsWith('!'), words[0], description, [.. words[1..]]);
    }

    private static SchemaRule Rule(string content, bool ofElement)
    {
        var (message, expression) = Cut(content, " :: ");
        return new(ofElement, message, expression);
    }

    private static PrinterColumn Column(string content)
    {
        var (declaration, description) = Cut(content, " -- ");
        var words = declaration.Split(' ');
        return new(words[0], words[1], words[2], description);
    }

    private static (string Before, string After) Cut(string text, string at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + at.Length)..]);
    }
}
