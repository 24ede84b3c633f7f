using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Core.Delivery;

/// <summary>Argo CD: one Application for each folder, in sync waves, and a root Application that holds them together.</summary>
/// <remarks>
/// An Application names the files that it applies, by folder or one by one: nothing stands by, and no input of a renderer is taken for an object. It does so
/// for as long as it exists, whatever else comes to stand in the folder, since an explicit <c>directory</c> turns Argo CD's guessing off. Sources: Argo CD's
/// documentation on directories, sync options, sync waves and diff strategies. See docs/decisions/0010-delivery-engines.md.
/// </remarks>
/// <param name="settings">Where Argo CD finds the repository and the cluster.</param>
/// <param name="namespace">The namespace of the Applications.</param>
/// <param name="cluster">The cluster's name; one Argo CD may deliver to several clusters.</param>
public sealed class ArgoCdDelivery(ArgoCdSpec settings, string @namespace, string cluster) : IDeliveryEngine
{
    /// <summary>Where the root Application stands, below the cluster's folder.</summary>
    internal const string RootFile = "argocd/root.yaml";

    private const string Applications = "argocd/applications";

    // Argo CD before 3.0 marks what it applies with the Application's name, in a label.
    private const int LongestName = 63;

    /// <inheritdoc/>
    public ImmutableArray<DeliveryFile> Files(DeliveryInput input)
    {
        var files = ImmutableArray.CreateBuilder<DeliveryFile>();
        foreach (var step in DeliveryStep.Of(input))
        {
            if (step.Stage == DeliveryStage.Crds) files.Add(KeptCrds(step));
            files.Add(new DeliveryFile($"{Applications}/{step.Name}.yaml", Application(step, input)));
        }
        files.Add(new DeliveryFile(RootFile, Root(input)));
        return files.DrainToImmutable();
    }

    /// <summary>
    /// Annotations reach the cluster without standing in the resources' files. They hold where the Application's own settings do not: a manual sync that
    /// prunes, and a deletion of the Application from Argo CD's user interface, which cascades unless told otherwise.
    /// </summary>
    private static DeliveryFile KeptCrds(DeliveryStep step) => KustomizationFile.Of(
        step.Folder, step.Files, ("argocd.argoproj.io/compare-options", "IgnoreExtraneous"), ("argocd.argoproj.io/sync-options", "Prune=false,Delete=false"));

    private ReadOnlyMemory<byte> Application(DeliveryStep step, DeliveryInput input)
    {
        var isPruned = step.Stage != DeliveryStage.Crds;
        var metadata = Metadata($"{cluster}-{step.Name}").With("annotations", YamlMapping.Of(
            // Decided by the API server, with its defaults: no ignoreDifferences is needed, because Git holds no field that istiod writes.
            ("argocd.argoproj.io/compare-options", "ServerSideDiff=true"),
            ("argocd.argoproj.io/sync-wave", ((int)step.Stage).ToString(CultureInfo.InvariantCulture))));
        // A revision that leaves Git leaves the cluster. What has no finalizer stays.
        if (isPruned) metadata = metadata.With("finalizers", YamlSequence.Of(["resources-finalizer.argocd.argoproj.io"]));
        var source = Source(input.FromRoot(step.Folder));
        if (isPruned) source = source.With("directory", YamlMapping.Of(("include", Included(step)), ("recurse", YamlScalar.Boolean(true))));
        var destination = YamlMapping.Of(("name", settings.DestinationOf(cluster)));
        if (MainNamespace(input) is { } main) destination = destination.With("namespace", main);
        return Write(metadata, destination, source, isPruned);
    }

    private ReadOnlyMemory<byte> Root(DeliveryInput input) => Write(
        Metadata($"{cluster}-istio"),
        // Applications live where Argo CD does.
        YamlMapping.Of(("name", "in-cluster"), ("namespace", @namespace)),
        Source(input.FromRoot(Applications)).With("directory", YamlMapping.Of(("include", "*.yaml"))),
        isPruned: true);

    private YamlMapping Metadata(string name) => name.Length <= LongestName
        ? YamlMapping.Of(("name", name), ("namespace", @namespace))
        : throw new UserException(
            ErrorKind.Input, $"the Application '{name}' would have a name of {name.Length} characters, and Argo CD knows it by a label of at most {LongestName}",
            "give the cluster or the revision a shorter name (spec.environments[].clusters[].name, spec.istio.revision)");

    private YamlMapping Source(string path) => YamlMapping.Of(("path", path), ("repoURL", settings.Repository.Text), ("targetRevision", settings.Branch));

    private ReadOnlyMemory<byte> Write(YamlMapping metadata, YamlMapping destination, YamlMapping source, bool isPruned) => CanonicalYaml.Write(
        YamlMapping.Of(
            ("apiVersion", "argoproj.io/v1alpha1"),
            ("kind", "Application"),
            ("metadata", metadata),
            ("spec", YamlMapping.Of(
                ("destination", destination),
                ("project", settings.Project),
                ("source", source),
                ("syncPolicy", YamlMapping.Of(
                    ("automated", YamlMapping.Of(("prune", YamlScalar.Boolean(isPruned)), ("selfHeal", YamlScalar.Boolean(true)))),
                    ("retry", YamlMapping.Of(
                        ("backoff", YamlMapping.Of(("duration", "10s"), ("factor", YamlScalar.Integer(2)), ("maxDuration", "5m"))),
                        ("limit", YamlScalar.Integer(10)))),
                    // CRDs are larger than the annotation in which a client-side apply remembers them.
                    ("syncOptions", YamlSequence.Of(["ServerSideApply=true"]))))))),
        "apiVersion", "kind", "metadata");

    /// <summary>A glob of generated folders and of a person's files. A <c>**</c> means the same whether or not <c>*</c> crosses a '/'.</summary>
    private static string Included(DeliveryStep step)
    {
        string[] globs = [.. step.Generated.Select(path => path[..path.IndexOf('/', StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal).Select(folder => folder + "/**"), .. step.HandWritten.Select(Literal)];
        Array.Sort(globs, StringComparer.Ordinal);
        return globs.Length == 1 ? globs[0] : $"{{{string.Join(',', globs)}}}";
    }

    private static string Literal(string path)
    {
        var glob = new StringBuilder();
        foreach (var c in path) _ = c is '\\' or '*' or '?' or '[' or ']' or '{' or '}' or ',' or '!' ? glob.Append('\\').Append(c) : glob.Append(c);
        return glob.ToString();
    }

    /// <summary>The namespace of most resources: that of objects that name none, and what an AppProject may restrict. Null when no resource has one.</summary>
    private static string? MainNamespace(DeliveryInput input) => input.Common.Concat(input.Active).Concat(input.Revisions.SelectMany(revision => revision.Generated))
        .Select(entry => entry.Resource.Namespace).Where(name => name.Length > 0)
        .CountBy(name => name).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => count.Key).FirstOrDefault();
}
