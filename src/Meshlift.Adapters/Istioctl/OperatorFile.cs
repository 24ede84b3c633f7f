using System.Collections.Immutable;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Istioctl;

/// <summary>An IstioOperator file, ready for one version: its one document, with <c>${version}</c> and <c>${revision}</c> filled in.</summary>
/// <param name="Name">The file as the user wrote it, for messages.</param>
/// <param name="Document">The document, UTF-8.</param>
public sealed record OperatorFile(string Name, ReadOnlyMemory<byte> Document)
{
    private const string Group = "install.istio.io/";
    private const string Kind = "IstioOperator";

    /// <summary>Reads a file.</summary>
    /// <param name="utf8">Its content.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="version">What <c>${version}</c> stands for.</param>
    /// <param name="revision">What <c>${revision}</c> stands for.</param>
    /// <exception cref="UserException">
    /// It is no YAML, holds no IstioOperator or more than one document (istioctl takes one), or names another revision, which would be silently overruled.
    /// </exception>
    public static OperatorFile Read(ReadOnlySpan<byte> utf8, string name, IstioVersion version, RevisionName revision)
    {
        var documents = new List<(byte[] Bytes, int Line)>();
        for (var reader = new YamlDocumentReader(utf8); reader.Read();)
            if (!YamlDocumentReader.IsEmpty(reader.Current))
                documents.Add((Fill(reader.Current, version, revision), reader.Line));
        if (documents.Count == 0) throw Wrong(name, "holds nothing", "write an IstioOperator into it");
        var roots = documents.Select(document => Parse(document.Bytes, document.Line, name)).ToImmutableArray();
        if (documents.Count > 1)
        {
            var found = roots.Select(root => $"\n  {name}:{root.Span!.Value.Start}: {(root as YamlMapping)?["kind"] ?? "no object"}");
            throw Wrong(name, $"holds {documents.Count} documents, and istioctl takes one per file:{string.Concat(found)}", "put each IstioOperator into a file of its own and name the files in order; what is no IstioOperator belongs elsewhere");
        }
        if (roots[0] is not YamlMapping mapping || (mapping["kind"] as YamlScalar)?.AsString != Kind || (mapping["apiVersion"] as YamlScalar)?.AsString?.StartsWith(Group, StringComparison.Ordinal) != true)
            throw Wrong($"{name}:{roots[0].Span!.Value.Start}", $"holds no {Kind}", $"it must begin with 'apiVersion: {Group}v1alpha1' and 'kind: {Kind}'; Helm's values need renderer: helm");
        var spec = mapping["spec"] as YamlMapping;
        CheckRevision(spec?["revision"], "spec.revision", name, revision);
        CheckRevision((spec?["values"] as YamlMapping)?["revision"], "spec.values.revision", name, revision);
        return new OperatorFile(name, documents[0].Bytes);
    }

    private static void CheckRevision(YamlNode? node, string path, string name, RevisionName revision)
    {
        if (node is null or YamlScalar { Kind: ScalarKind.Null }) return;
        var written = node.ToString();
        if (written == (revision.IsDefault ? "" : revision.Value)) return;
        throw Wrong(
            $"{name}:{node.Span!.Value.Start}",
            $"sets {path} to '{written}', but {(revision.IsDefault ? "a control plane without a revision" : $"the revision '{revision}'")} is to be rendered",
            revision.IsDefault ? "remove it, or name a revision in spec.istio.revision of meshlift.yaml" : "write ${revision} in its place, or remove it; spec.istio.revision of meshlift.yaml says how revisions are named");
    }

    private static byte[] Fill(ReadOnlySpan<byte> document, IstioVersion version, RevisionName revision)
    {
        if (document.StartsWith("\uFEFF"u8)) document = document[3..];
        if (document.IndexOf("${"u8) < 0) return document.ToArray();
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document)
            .Replace("${version}", version.ToString(), StringComparison.Ordinal)
            .Replace("${revision}", revision.IsDefault ? "" : revision.Value, StringComparison.Ordinal));
    }

    private static YamlNode Parse(ReadOnlySpan<byte> document, int line, string name)
    {
        try
        {
            return YamlReader.Read(document, firstLine: line) ?? throw Wrong($"{name}:{line}", "holds an empty document", "remove it");
        }
        catch (YamlSyntaxException e)
        {
            throw new UserException(ErrorKind.Input, $"{name}:{e.Position}: {e.Message}", e.Remedy, e);
        }
    }

    private static UserException Wrong(string where, string what, string remedy) => new(ErrorKind.Input, $"{where} {what}", remedy);
}
