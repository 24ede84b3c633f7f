using System.Text.Json;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Locking;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints what <c>render</c> did.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">For whom.</param>
/// <param name="listsAll">True to list every file, also those that stay and the added ones.</param>
internal sealed class RenderOutput(TextWriter output, OutputFormat format, bool listsAll)
{

    public OutputFormat Format => format;

    public TextWriter Output => output;

    /// <summary>Prints a rendering that was written into the checkout, or only planned.</summary>
    public void Write(RenderResult result, bool isDryRun)
    {
        if (format == OutputFormat.Json) WriteJson(result, null);
        else WriteText(result, isDryRun);
    }

    /// <summary>Prints a rendering that was committed.</summary>
    public void Write(CommittedRendering committed)
    {
        if (format == OutputFormat.Json)
        {
            WriteJson(committed.Result, committed);
            return;
        }
        WriteText(committed.Result, isDryRun: false);
        output.WriteLine(committed.How switch
        {
            Adapters.Git.PublishedAs.Nothing => "nothing to commit: the commit that is checked out holds all of this already",
            Adapters.Git.PublishedAs.AlreadyThere => $"already proposed: branch {committed.Branch} at {committed.Commit!.Short}",
            Adapters.Git.PublishedAs.Created => $"committed to the new branch {committed.Branch} at {committed.Commit!.Short}",
            _ => $"rebuilt the branch {committed.Branch}, now at {committed.Commit!.Short}",
        });
        if (committed.Remote is not null) output.WriteLine($"pushed to {committed.Remote}");
    }

    /// <summary>Prints what a range was resolved to.</summary>
    public void Write(IstioVersion version, RevisionName revision)
    {
        if (format == OutputFormat.Text) output.WriteLine($"Istio {version} as revision {revision}");
        else output.WriteLine($$"""{ "version": "{{version}}", "revision": "{{revision}}" }""");
    }

    private void WriteText(RenderResult result, bool isDryRun)
    {
        output.WriteLine($"Istio {result.Version} as revision {result.Revision}, from {result.Source}");
        foreach (var resource in result.Cleaned) WriteLine($"  cleaned  {resource}");
        foreach (var cluster in result.Clusters)
        {
            var files = cluster.Placement.Files;
            output.WriteLine($"{cluster.Cluster}: {cluster.Folder}");
            foreach (var patch in cluster.Patches) WriteLine($"  patch    {patch.Name}: {PatchText.InOneLine(patch)}");
            foreach (var folder in files.GroupBy(file => Folder(file.Path), StringComparer.Ordinal))
            {
                var counts = folder.CountBy(file => file.Change).ToDictionary();
                if (!listsAll && counts.Keys.All(change => change == FileChangeKind.Unchanged)) continue;
                var parts = new[] { FileChangeKind.Added, FileChangeKind.Changed, FileChangeKind.Removed, FileChangeKind.Unchanged }
                    .Where(counts.ContainsKey).Select(change => $"{counts[change]} {Name(change)}");
                output.WriteLine($"  {folder.Key,-28} {string.Join(", ", parts)}");
            }
            foreach (var file in files.Where(file => listsAll || file.Change is FileChangeKind.Changed or FileChangeKind.Removed))
                WriteLine($"  {Mark(file.Change)} {file.Path}{(file.Change == FileChangeKind.Removed && file.Resource is not null ? $"  (no longer rendered: {file.Resource})" : "")}");
            WriteFindings(cluster.Placement.Findings);
        }
        WriteFindings(result.Findings);
        if (listsAll || result.LockFile == FileChangeKind.Changed) WriteLine($"  {Mark(result.LockFile)} {LockFile.Name}");
        var changes = result.Clusters.Sum(cluster => cluster.Placement.Files.Count(file => file.Change != FileChangeKind.Unchanged)) + (result.LockFile == FileChangeKind.Unchanged ? 0 : 1);
        WriteLine(changes == 0 ? "nothing changes" : $"{Counted.Of(changes, "file")} {(isDryRun ? "would be written or removed; nothing was (--dry-run)" : "written or removed")}");
    }

    /// <summary>Names come from manifests, which must not steer the terminal.</summary>
    private void WriteLine(string line) => output.WriteLine(Redaction.WithoutControls(line));

    private void WriteFindings(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
            WriteLine($"  {finding.Severity.ToString().ToLowerInvariant()} {finding.Code}  {finding.Subject}: {finding.Message}");
    }

    /// <summary>The folder by which a file is counted: <c>1-30-3/generated</c>, <c>common</c>.</summary>
    private static string Folder(string path)
    {
        var parts = path.Split('/');
        if (parts.Length == 1) return ".";
        return parts[1] is ClusterTree.Generated or ClusterTree.Standby ? $"{parts[0]}/{parts[1]}" : parts[0];
    }

    private static string Name(FileChangeKind change) => change.ToString().ToLowerInvariant();

    private static char Mark(FileChangeKind change) => change switch { FileChangeKind.Added => '+', FileChangeKind.Changed => '~', FileChangeKind.Removed => '-', _ => '=' };

    private void WriteJson(RenderResult result, CommittedRendering? committed) => output.WriteLine(JsonText.OfObject(json =>
    {
        json.WriteString("version", result.Version.ToString());
        json.WriteString("revision", result.Revision.Value);
        json.WriteString("source", result.Source);
        if (committed?.Commit is { } commit) json.WriteString("commit", commit.Value);
        if (committed is not null) json.WriteString("branch", committed.Branch.Value);
        if (committed?.Remote is { } remote) json.WriteString("remote", remote);
        json.WriteStartArray("files");
        foreach (var cluster in result.Clusters)
            foreach (var file in cluster.Placement.Files)
                WriteFile(json, $"{cluster.Folder}/{file.Path}", file.Change, cluster.Cluster, file.Resource, file.Class);
        WriteFile(json, LockFile.Name, result.LockFile, null, null, null);
        json.WriteEndArray();
        json.WriteStartArray("patches");
        foreach (var cluster in result.Clusters)
            foreach (var patch in cluster.Patches)
                PatchJson.Write(json, cluster.Cluster, patch);
        json.WriteEndArray();
        json.WriteStartArray("cleaned");
        foreach (var resource in result.Cleaned) WriteResource(json, resource);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var cluster in result.Clusters)
            foreach (var finding in cluster.Placement.Findings)
                WriteFinding(json, finding, cluster.Cluster);
        foreach (var finding in result.Findings) WriteFinding(json, finding, null);
        json.WriteEndArray();
    }));

    private static void WriteFile(Utf8JsonWriter json, string path, FileChangeKind change, string? cluster, ResourceIdentity? resource, Classification? @class)
    {
        json.WriteStartObject();
        json.WriteString("path", path);
        json.WriteString("change", Name(change));
        json.WriteString("cluster", cluster);
        json.WritePropertyName("resource");
        if (resource is null) json.WriteNullValue();
        else WriteResource(json, resource);
        json.WriteString("class", @class is { } known ? ClassName.Of(known.Class) : null);
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, ResourceIdentity resource)
    {
        json.WriteStartObject();
        json.WriteString("group", resource.Group);
        json.WriteString("kind", resource.Kind);
        if (resource.Namespace.Length > 0) json.WriteString("namespace", resource.Namespace);
        json.WriteString("name", resource.Name);
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding, string? cluster)
    {
        json.WriteStartObject();
        json.WriteString("code", finding.Code);
        json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
        json.WriteString("message", finding.Message);
        json.WriteString("subject", finding.Subject);
        json.WriteString("cluster", cluster);
        json.WriteEndObject();
    }
}
