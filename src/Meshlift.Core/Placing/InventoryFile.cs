using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Records;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Placing;

/// <summary>Reads and writes <c>inventory.yaml</c>, in the canonical form of every generated file.</summary>
public static class InventoryFile
{
    /// <summary>The name of the file, in a revision folder and in a cluster's folder.</summary>
    public const string Name = "inventory.yaml";

    private const string ApiVersion = "meshlift.dev/v1alpha1";

    /// <summary>The bytes of a revision's inventory.</summary>
    public static ReadOnlyMemory<byte> Write(RevisionInventory inventory) => Write(
        "RevisionInventory",
        inventory.Revision.Value,
        YamlMapping.Of(
            ("revision", inventory.Revision.Value),
            ("version", inventory.Version.ToString()),
            ("renderedFrom", YamlMapping.Of(("renderer", inventory.From.Renderer), ("source", inventory.From.Source), ("digest", inventory.From.Digest))),
            ("files", List(inventory.Files, entry => YamlMapping.Of(Fields(entry)))),
            ("shared", List(inventory.Shared, entry => YamlMapping.Of(("class", ClassName.Of(entry.Class)), ("resource", Identity(entry.Resource))))),
            ("inputs", List(inventory.Inputs, Recorded))));

    /// <summary>The bytes of a cluster's inventory.</summary>
    public static ReadOnlyMemory<byte> Write(ClusterInventory inventory) => Write(
        "ClusterInventory",
        "cluster",
        YamlMapping.Of(
            ("files", List(inventory.Files, entry => YamlMapping.Of([.. Fields(entry), ("revision", entry.Owner.Value), ("version", entry.Version.ToString())]))),
            ("delivery", List(inventory.Delivery, Recorded))));

    /// <summary>Reads a revision's inventory.</summary>
    /// <exception cref="UserException">The file is damaged; the message says where.</exception>
    public static RevisionInventory ReadRevision(ReadOnlySpan<byte> utf8, string file)
    {
        var spec = new RecordReader(utf8, file, "RevisionInventory");
        var revision = spec.Parsed("revision", RevisionName.Parse);
        var version = spec.Parsed("version", IstioVersion.Parse);
        var from = spec.Child("renderedFrom");
        return new RevisionInventory(
            revision,
            version,
            new RenderedFrom(from.Text("renderer"), from.Text("source"), from.Text("digest")),
            [.. spec.Children("files").Select(entry => Entry(entry, revision, version))],
            [.. spec.Children("shared").Select(entry => new SharedEntry(Identity(entry), Class(entry).Class))],
            [.. spec.Children("inputs").Select(Recorded)]);
    }

    /// <summary>Reads a cluster's inventory.</summary>
    /// <exception cref="UserException">The file is damaged; the message says where.</exception>
    public static ClusterInventory ReadCluster(ReadOnlySpan<byte> utf8, string file)
    {
        var spec = new RecordReader(utf8, file, "ClusterInventory");
        return new ClusterInventory(
            [.. spec.Children("files").Select(entry => Entry(entry, entry.Parsed("revision", RevisionName.Parse), entry.Parsed("version", IstioVersion.Parse)))],
            [.. spec.Children("delivery").Select(Recorded)]);
    }

    private static RecordedFile Recorded(RecordReader entry) => new(entry.RelativePath("path"), entry.Text("digest"));

    private static YamlMapping Recorded(RecordedFile file) => YamlMapping.Of(("path", file.Path), ("digest", file.Digest));

    private static InventoryEntry Entry(RecordReader entry, RevisionName owner, IstioVersion version) =>
        new(entry.RelativePath("path"), Identity(entry), Class(entry), entry.Text("digest"), owner, version);

    private static Classification Class(RecordReader entry) => new(
        entry.Parsed("class", text => ClassName.Parse(text) ?? throw new UserException(ErrorKind.Input, $"the class '{text}' is not known", "")),
        entry.Optional("part").Length == 0 ? OncePart.Other : entry.Parsed("part", text => ClassName.ParsePart(text) ?? throw new UserException(ErrorKind.Input, $"the part '{text}' is not known", "")));

    private static ResourceIdentity Identity(RecordReader entry)
    {
        var resource = entry.Child("resource");
        return new ResourceIdentity(resource.Optional("group"), resource.Text("kind"), resource.Optional("namespace"), resource.Text("name"));
    }

    private static (string, YamlNode)[] Fields(InventoryEntry entry)
    {
        var fields = new List<(string, YamlNode)>
        {
            ("path", entry.Path), ("digest", entry.Digest), ("class", ClassName.Of(entry.Class.Class)), ("resource", Identity(entry.Resource)),
        };
        if (entry.Class.Class == ResourceClass.OnceOnly) fields.Add(("part", ClassName.Of(entry.Class.Part)));
        return [.. fields];
    }

    private static YamlMapping Identity(ResourceIdentity identity)
    {
        var fields = new List<(string, YamlNode)> { ("kind", identity.Kind), ("name", identity.Name) };
        if (identity.Group.Length > 0) fields.Add(("group", identity.Group));
        if (identity.Namespace.Length > 0) fields.Add(("namespace", identity.Namespace));
        return YamlMapping.Of([.. fields]);
    }

    /// <remarks>The annotation tells kustomize, kpt and Flux that the document is not for the cluster.</remarks>
    private static ReadOnlyMemory<byte> Write(string kind, string name, YamlMapping spec) => CanonicalYaml.Write(
        YamlMapping.Of(
            ("apiVersion", ApiVersion),
            ("kind", kind),
            ("metadata", YamlMapping.Of(("annotations", YamlMapping.Of(("config.kubernetes.io/local-config", "true"))), ("name", name))),
            ("spec", spec)),
        "apiVersion", "kind", "metadata");

    private static YamlSequence List<T>(IEnumerable<T> items, Func<T, YamlNode> item) => YamlSequence.Of(items.Select(item));
}
