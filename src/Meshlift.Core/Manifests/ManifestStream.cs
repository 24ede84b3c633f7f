using System.Collections.Immutable;
using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Core.Manifests;

/// <summary>The step <c>split</c>: a rendered stream becomes resources.</summary>
public static class ManifestStream
{
    /// <summary>Splits a stream. Empty and comment-only documents are dropped, <c>List</c> kinds become their items.</summary>
    /// <param name="utf8">The stream.</param>
    /// <param name="source">Its name, for messages and <see cref="Resource.Origin"/>.</param>
    /// <returns>The resources in the order of the stream, duplicates included.</returns>
    /// <exception cref="UserException">Something is no YAML, or no Kubernetes object; the message says where, for every such document.</exception>
    public static ImmutableArray<Resource> Split(ReadOnlyMemory<byte> utf8, string source)
    {
        RefuseOtherFormats(utf8.Span, source);
        var documents = new List<(int Start, int Length, int Line)>();
        for (var reader = new YamlDocumentReader(utf8.Span); reader.Read();)
            if (!YamlDocumentReader.IsEmpty(reader.Current))
                documents.Add((reader.Start, reader.Current.Length, reader.Line));
        var read = new (ImmutableArray<Resource> Resources, UserException? Problem)[documents.Count];
        Processors.Share(documents.Count, document => documents[document].Length, document =>
        {
            var (start, length, line) = documents[document];
            read[document] = Read(utf8.Span.Slice(start, length), line, source);
        });
        var problems = read.Select(document => document.Problem).OfType<UserException>().ToList();
        return problems.Count switch
        {
            0 => [.. read.SelectMany(document => document.Resources)],
            1 => throw problems[0],
            _ => throw new UserException(ErrorKind.Input, string.Join('\n', problems.Select(problem => problem.Message)), problems[0].Remedy, problems[0]),
        };
    }

    private static (ImmutableArray<Resource> Resources, UserException? Problem) Read(ReadOnlySpan<byte> document, int line, string source)
    {
        try
        {
            var resources = ImmutableArray.CreateBuilder<Resource>(1);
            if (YamlReader.Read(document, firstLine: line) is { } root) Add(root, source, resources, depth: 0);
            // Needed for the digest of what was rendered, and most resources are never changed; here it costs no time of its own.
            foreach (var resource in resources) resource.ToCanonicalYaml();
            return (resources.DrainToImmutable(), null);
        }
        catch (YamlSyntaxException e)
        {
            return ([], new UserException(ErrorKind.Input, $"{source}:{e.Position}: {e.Message}", e.Remedy, e));
        }
        catch (UserException e)
        {
            return ([], e);
        }
    }

    private static void Add(YamlNode node, string source, ImmutableArray<Resource>.Builder resources, int depth)
    {
        var origin = node.Span is { } span ? $"{source}:{span.Start}" : source;
        if (node is not YamlMapping root) throw NotAnObject(origin, "is not a mapping");
        var apiVersion = (root["apiVersion"] as YamlScalar)?.AsString;
        var kind = (root["kind"] as YamlScalar)?.AsString;
        if (string.IsNullOrEmpty(apiVersion)) throw NotAnObject(origin, "has no apiVersion");
        if (string.IsNullOrEmpty(kind)) throw NotAnObject(origin, "has no kind");
        if (kind.EndsWith("List", StringComparison.Ordinal) && root["items"] is YamlSequence items)
        {
            const int deepest = 4;
            if (depth == deepest) throw NotAnObject(origin, $"is a list within {deepest} lists");
            foreach (var item in items.Items) Add(item, source, resources, depth + 1);
            return;
        }
        var identity = IdentityOf(root) ?? throw NotAnObject(origin, $"of kind {kind} has no metadata.name");
        resources.Add(new Resource(identity, root, origin));
    }

    /// <summary>The identity of an object; null when it has no apiVersion, kind or name.</summary>
    public static ResourceIdentity? IdentityOf(YamlMapping root)
    {
        var metadata = root["metadata"] as YamlMapping;
        return Text(root, "apiVersion") is { } apiVersion && Text(root, "kind") is { } kind && Text(metadata, "name") is { } name
            ? new ResourceIdentity(ResourceIdentity.GroupOf(apiVersion), kind, Text(metadata, "namespace") ?? "", name)
            : null;

        static string? Text(YamlMapping? mapping, string key) => mapping?[key] is YamlScalar { Kind: not ScalarKind.Null, Value.Length: > 0 } scalar ? scalar.Value : null;
    }

    private static UserException NotAnObject(string origin, string what) =>
        new(ErrorKind.Input, $"{origin}: the document {what}, so it is no Kubernetes object", "point the renderer at rendered manifests; values files and IstioOperator inputs are not manifests");

    private static void RefuseOtherFormats(ReadOnlySpan<byte> utf8, string source)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        var start = utf8.TrimStart(" \t\r\n"u8);
        const string unpack = "unpack it, and name what is in it";
        var (format, remedy) = start switch
        {
            [(byte)'<', ..] => ("an HTML or XML page", "check the address; a login page or an error page often answers in place of a file"),
            [0x1f, 0x8b, ..] => ("a gzip archive", unpack),
            [(byte)'P', (byte)'K', 3, 4, ..] => ("a zip archive", unpack),
            [0xff, 0xfe, ..] or [0xfe, 0xff, ..] => ("UTF-16 text", "save it as UTF-8; Windows PowerShell writes UTF-16 with '>', and UTF-8 with 'Out-File -Encoding utf8'"),
            _ => ("", ""),
        };
        if (format.Length == 0) return;
        var first = start[..Math.Min(start.Length, 60)];
        if (first.IndexOf((byte)'\n') is var end and >= 0) first = first[..end];
        var shown = first[0] == (byte)'<' ? $", beginning '{Encoding.UTF8.GetString(first).Trim()}'" : "";
        throw new UserException(ErrorKind.Input, $"{source} is {format}{shown}, not YAML", remedy);
    }
}
