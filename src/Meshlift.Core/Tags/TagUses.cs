using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Tags;

/// <summary>A place where something asks for a tag.</summary>
/// <param name="File">The file, relative to the root of the repository.</param>
/// <param name="Line">The line, 1-based.</param>
/// <param name="By">What asks; null where the document is no Kubernetes object by itself, such as values or a template.</param>
public sealed record TagUse(string File, int Line, ResourceIdentity? By);

/// <summary>Finds what asks for a tag in files that are not Meshlift's.</summary>
/// <remarks>
/// By lines, because values of charts, templates and patches within strings ask for a tag as well as Namespaces do, and none of these can be read as an object.
/// What is composed (<c>istio.io/rev: {{ .Values.revision }}</c>) and what lives in another repository is not seen: nothing found does not mean unused.
/// </remarks>
public static partial class TagUses
{
    /// <summary>The places in one file, in order.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="file">Its name.</param>
    /// <param name="tag">The tag; for <c>default</c>, also what asks for an injection without naming a revision.</param>
    public static ImmutableArray<TagUse> In(ReadOnlyMemory<byte> utf8, string file, TagName tag)
    {
        if (utf8.Span.IndexOf("istio"u8) < 0) return [];
        var uses = ImmutableArray.CreateBuilder<TagUse>();
        for (var reader = new YamlDocumentReader(utf8.Span); reader.Read();)
        {
            var found = Lines(Encoding.UTF8.GetString(reader.Current), tag);
            if (found.Count == 0) continue;
            var by = IdentityOf(reader.Current);
            foreach (var (line, isInjection) in found)
                // Every object of a control plane without a revision says istio.io/rev: default, and asks for nothing by that.
                if (!tag.IsDefault || isInjection || by is { Kind: "Namespace" })
                    uses.Add(new TagUse(file, reader.Line + line, by));
        }
        return uses.DrainToImmutable();
    }

    private static List<(int Line, bool IsInjection)> Lines(string text, TagName tag)
    {
        var found = new List<(int, bool)>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Contains("istio", StringComparison.Ordinal))
            {
                var asked = Asked().Match(line.ToString());
                if (asked.Success && asked.Groups["revision"].Value == tag.Value) found.Add((number, false));
                else if (tag.IsDefault && asked.Groups["injection"].Success) found.Add((number, true));
            }
            number++;
        }
        return found;
    }

    private static ResourceIdentity? IdentityOf(ReadOnlySpan<byte> document)
    {
        try
        {
            return YamlReader.Read(document) is YamlMapping root ? ManifestStream.IdentityOf(root) : null;
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }

    [GeneratedRegex("""^[^#]*?(istio\.io/rev["']?[ \t]*:[ \t]*["']?(?<revision>[a-z0-9][-a-z0-9]*)|istio-injection["']?[ \t]*:[ \t]*["']?(?<injection>enabled))["']?[ \t]*([,}#\r]|$)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();
}
