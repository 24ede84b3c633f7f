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

/// <summary>An archive that was fetched for a version.</summary>
/// <param name="Version">The version.</param>
/// <param name="Name">The name of the archive; each platform has its own.</param>
/// <param name="Digest">Its digest, <c>sha256:</c> and 64 digits.</param>
public sealed record LockedArtifact(IstioVersion Version, string Name, string Digest);

/// <summary><c>meshlift.lock.yaml</c>, beside <c>meshlift.yaml</c>.</summary>
/// <param name="Entries">In order of cluster, then version, then revision.</param>
/// <param name="Artifacts">In order of version, then name.</param>
public sealed record LockFile(ImmutableArray<LockEntry> Entries, ImmutableArray<LockedArtifact> Artifacts)
{
    /// <summary>The name of the file.</summary>
    public const string Name = "meshlift.lock.yaml";

    /// <summary>Nothing was rendered yet.</summary>
    public static LockFile Empty { get; } = new([], []);

    /// <summary>The entry of a revision of a cluster, or null.</summary>
    public LockEntry? Find(string cluster, RevisionName revision) => Entries.FirstOrDefault(entry => entry.Cluster == cluster && entry.Revision == revision);

    /// <summary>The same file with an entry added or replaced.</summary>
    public LockFile With(LockEntry entry) => this with
    {
        Entries =
        [
            .. Entries.Where(one => one.Cluster != entry.Cluster || one.Revision != entry.Revision).Append(entry)
                .OrderBy(one => one.Cluster, StringComparer.Ordinal).ThenBy(one => one.Version).ThenBy(one => one.Revision.Value, StringComparer.Ordinal),
        ],
    };

    /// <summary>The digests that a version's archives must have, by file name.</summary>
    public ImmutableDictionary<string, string> ArtifactsOf(IstioVersion version) => Artifacts.Where(one => one.Version == version).ToImmutableDictionary(one => one.Name, one => one.Digest, StringComparer.Ordinal);

    /// <summary>The same file with the archives of a version added to those that other computers fetched; archives of versions that are rendered nowhere any more are dropped.</summary>
    public LockFile With(IstioVersion version, ImmutableDictionary<string, string> archives) => this with
    {
        Artifacts =
        [
            .. Artifacts.Where(one => one.Version != version || !archives.ContainsKey(one.Name)).Concat(archives.Select(archive => new LockedArtifact(version, archive.Key, archive.Value)))
                .Where(one => Entries.Any(entry => entry.Version == one.Version)).OrderBy(one => one.Version).ThenBy(one => one.Name, StringComparer.Ordinal),
        ],
    };

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserException">It is damaged; the message says where.</exception>
    public static LockFile Read(ReadOnlySpan<byte> utf8, string file)
    {
        var spec = new RecordReader(utf8, file, "Lock");
        var artifacts = spec.Children("artifacts").Select(Artifact).ToImmutableArray();
        foreach (var twice in artifacts.GroupBy(one => (one.Version, one.Name)).Where(same => same.Count() > 1))
            throw new UserException(ErrorKind.Input, $"{file}: the record is damaged: {twice.Key.Name} has several digests", "find out which is right, and remove the others");
        return new LockFile([.. spec.Children("rendered").Select(Entry)], artifacts);
    }

    /// <summary>The bytes of the file, in canonical form.</summary>
    public ReadOnlyMemory<byte> Write() => CanonicalYaml.Write(
        YamlMapping.Of(
            ("apiVersion", "meshlift.dev/v1alpha1"),
            ("kind", "Lock"),
            ("spec", YamlMapping.Of(
                ("rendered", YamlSequence.Of(Entries.Select(entry => YamlMapping.Of(
                    ("cluster", entry.Cluster),
                    ("revision", entry.Revision.Value),
                    ("version", entry.Version.ToString()),
                    ("source", entry.Source),
                    ("sourceDigest", entry.SourceDigest),
                    ("renderedDigest", entry.RenderedDigest))))),
                ("artifacts", YamlSequence.Of(Artifacts.Select(artifact => YamlMapping.Of(
                    ("version", artifact.Version.ToString()),
                    ("name", artifact.Name),
                    ("digest", artifact.Digest)))))))),
        "apiVersion", "kind");

    private static LockEntry Entry(RecordReader entry) => new(
        entry.Text("cluster"),
        entry.Parsed("revision", RevisionName.Parse),
        entry.Parsed("version", IstioVersion.Parse),
        entry.Text("source"),
        entry.Text("sourceDigest"),
        entry.Text("renderedDigest"));

    private static LockedArtifact Artifact(RecordReader artifact) => new(artifact.Parsed("version", IstioVersion.Parse), artifact.Text("name"), artifact.Text("digest"));
}
