using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Classifying;

/// <summary>A resource with its class.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Class">Its class.</param>
public sealed record ClassifiedResource(Resource Resource, Classification Class)
{
    /// <summary>Its path below <c>generated/</c>, <c>standby/</c>, <c>common/</c> or <c>active/</c>.</summary>
    public string Path => GeneratedPath.Of(Resource.Identity);

    /// <summary>The same resource with other content; its class stays.</summary>
    public ClassifiedResource With(YamlMapping root) => ReferenceEquals(root, Resource.Root) ? this : this with { Resource = Resource.With(root) };

    /// <summary>The step <c>classify</c>, over a whole rendering.</summary>
    /// <param name="rendering">What was rendered.</param>
    /// <param name="revision">For which revision.</param>
    /// <returns>The resources in order of identity.</returns>
    /// <exception cref="UserException">The rendering was made for other revisions than this one.</exception>
    public static ImmutableArray<ClassifiedResource> Of(ManifestSet rendering, RevisionName revision)
    {
        RefuseOtherRevisions(rendering, revision);
        return [.. rendering.Resources.Select(resource => new ClassifiedResource(resource, Classifier.Classify(resource, revision)))];
    }

    /// <summary>Istio labels most of what it renders; taken for another revision, its objects would replace that revision's.</summary>
    private static void RefuseOtherRevisions(ManifestSet rendering, RevisionName revision)
    {
        var labelled = rendering.Resources.Select(resource => resource.Label("istio.io/rev")).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (labelled.Count == 0 || labelled.Contains(revision.Value, StringComparer.Ordinal)) return;
        throw new UserException(
            ErrorKind.Input,
            $"{rendering.Resources.First(resource => resource.Label("istio.io/rev") is not null).Origin}: the manifests were rendered for the revision {string.Join(" and ", labelled.Select(label => $"'{label}'"))}, not for '{revision}'",
            revision == RevisionName.Default
                ? "set spec.istio.revision to the template of their names, for example \"{major}-{minor}-{patch}\""
                : "render them with this revision (istioctl: --revision), put ${revision} into spec.istio.manifests, or set spec.istio.revision to 'default' for an installation without revisions");
    }
}
