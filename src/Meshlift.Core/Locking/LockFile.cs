using System.Collections.Immutable;
using Meshlift.Core.Records;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Locking;

/// <summary>What a version was resolved to, and what came of it, for one revision of one cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Source">Where the renderer's input came from, without secrets.</param>
/// <param name="SourceDigest">The digest of what came from there, however its documents were ordered.</param>
/// <param name="RenderedDigest">The digest of what stands in Git for the revision.</param>
public sealed record LockEntry(string Cluster, RevisionName Revision, IstioVersion Version, string Source, string SourceDigest, string RenderedDigest);

/// <summary><c>meshlift.lock.yaml</c>, beside <c>meshlift.yaml</c>.</summary>
/// <param name="Entries">In order of cluster, then version, then revision.</param>
public sealed record LockFile(ImmutableArray<LockEntry> Entries)
{
    /// <summary>The name of the file.</summary>
    public const string Name = "meshlift.lock.yaml";

    /// <summary>Nothing was rendered yet.</summary>
    public static LockFile Empty { get; } = new([]);

    /// <summary>The entry of a revision of a cluster, or null.</summary>
    public LockEntry? Find(string cluster, RevisionName revision) => Entries.FirstOrDefault(entry => entry.Cluster == cluster && entry.Revision == revision);

    /// <summary>The same file with an entry added or replaced.</summary>
    public LockFile With(LockEntry entry) => new(
    [
        .. Entries.Where(one => one.Cluster != entry.Cluster || one.Revision != entry.Revision).Append(entry)
            .OrderBy(one => one.Cluster, StringComparer.Ordinal).ThenBy(one => one.Version).ThenBy(one => one.Revision.Value, StringComparer.Ordinal),
    ]);

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserException">It is damaged; the message says where.</exception>
    public static LockFile Read(ReadOnlySpan<byte> utf8, string file) => new(
    [
        .. new RecordReader(utf8, file, "Lock").Children("rendered").Select(entry => new LockEntry(
            entry.Text("cluster"),
            entry.Parsed("revision", RevisionName.Parse),
            entry.Parsed("version", IstioVersion.Parse),
            entry.Text("source"),
            entry.Text("sourceDigest"),
            entry.Text("renderedDigest"))),
    ]);

    /// <summary>The bytes of the file, in canonical form.</summary>
    public ReadOnlyMemory<byte> Write() => CanonicalYaml.Write(
        YamlMapping.Of(
            ("apiVersion", "meshlift.dev/v1alpha1"),
            ("kind", "Lock"),
            ("spec", YamlMapping.Of(("rendered", YamlSequence.Of(Entries.Select(entry => YamlMapping.Of(
                ("cluster", entry.Cluster),
                ("revision", entry.Revision.Value),
                ("version", entry.Version.ToString()),
                ("source", entry.Source),
                ("sourceDigest", entry.SourceDigest),
                ("renderedDigest", entry.RenderedDigest)))))))),
        "apiVersion", "kind");
}
