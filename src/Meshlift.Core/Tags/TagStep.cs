using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Tags;

/// <summary>What the configuration wants every revision to render for those that name none.</summary>
/// <param name="Tags">Tags (<c>spec.tags</c>), beside those that stand in the cluster's folder already.</param>
/// <param name="Alias">True for the Service <c>istiod</c> (<c>spec.controlPlane.alias</c>).</param>
public sealed record TagWishes(ImmutableArray<TagName> Tags, bool Alias);

/// <summary>The step <c>tags</c>: a rendering gets the objects of every tag, pointing at its revision. They stand by until the tag is moved there.</summary>
public static class TagStep
{
    /// <summary>Adds what a rendering lacks. An object of a tag that the renderer made itself stays as it is.</summary>
    /// <param name="rendered">The rendering, patched.</param>
    /// <param name="wishes">What the configuration wants.</param>
    /// <param name="standing">What stands in the cluster's folder.</param>
    /// <param name="others">The other revisions in the cluster's folder.</param>
    /// <exception cref="UserException">A tag has the name of a revision, or the unrevisioned control plane has a tag <c>default</c> of its own.</exception>
    public static (RenderedRevision Rendered, ImmutableArray<Finding> Findings) Add(RenderedRevision rendered, TagWishes wishes, ClusterTags standing, IReadOnlyCollection<RevisionName> others)
    {
        RefuseRevisionNames(rendered, wishes, standing, others);
        var made = new TagResources(rendered);
        var resources = rendered.Resources.ToList();
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var tag in wishes.Tags.Concat(standing.Names).Distinct().Order())
        {
            // The control plane without a revision is what this tag stands for.
            if (tag.IsDefault && rendered.Revision.IsDefault) continue;
            var isWanted = wishes.Tags.Contains(tag);
            var lacksWebhook = !Has(resources, "MutatingWebhookConfiguration", tag);
            if (lacksWebhook && made.Problem is { } problem)
            {
                findings.Add(new Finding("ML1031", Severity.Warning, $"the tag '{tag}' cannot point at {rendered.Revision}: {problem}", tag.Value));
                continue;
            }
            if (lacksWebhook && (isWanted || standing.Has(tag, TagObjectKind.Webhook))) Add(made.Webhook(tag), OncePart.Tags);
            if (!Has(resources, "Service", tag) && (isWanted || lacksWebhook || standing.Has(tag, TagObjectKind.Service))) Add(made.Service(tag), OncePart.Tags);
            if (tag.IsDefault && (isWanted || lacksWebhook || standing.Has(tag, TagObjectKind.Validator))) AddValidator();
        }
        if (wishes.Alias && !rendered.Revision.IsDefault) AddAlias();
        if (rendered.Revision.IsDefault && standing.OwnerOf(TagName.Default) is { IsDefault: false })
            resources = [.. resources.Select(one => UnrevisionedInjector.Is(one) ? one with { Resource = UnrevisionedInjector.Deactivated(one.Resource) } : one)];
        return (rendered with { Resources = [.. resources.OrderBy(one => one.Resource.Identity)] }, findings.DrainToImmutable());

        void Add(Resource? resource, OncePart part)
        {
            if (resource is not null) resources.Add(new ClassifiedResource(resource, new Classification(ResourceClass.OnceOnly, part)));
        }

        void AddValidator()
        {
            // The base chart renders one that leads to the Service istiod, which revisions do not have, unless it was told another revision.
            var old = resources.FindIndex(one => one.Resource.Identity is { Kind: "ValidatingWebhookConfiguration", Name: DefaultTag.Validator });
            if (old >= 0 && resources[old].Resource.Label("istio.io/rev") == rendered.Revision.Value) return;
            if (made.DefaultValidator() is not { } validator) return;
            if (old >= 0) resources.RemoveAt(old);
            Add(validator, OncePart.Validator);
        }

        void AddAlias()
        {
            if (made.Alias() is not { } alias || resources.Exists(one => one.Resource.Identity == alias.Identity)) return;
            if (others.Any(other => other.IsDefault))
                findings.Add(new Finding("ML1037", Severity.Note, "the Service istiod is that of the control plane without a revision; it becomes the alias once that is gone", "spec.controlPlane.alias"));
            else Add(alias, OncePart.Alias);
        }
    }

    private static bool Has(List<ClassifiedResource> resources, string kind, TagName tag) => resources.Exists(one => one.Resource.Identity.Kind == kind && one.Resource.Label("istio.io/tag") == tag.Value);

    private static void RefuseRevisionNames(RenderedRevision rendered, TagWishes wishes, ClusterTags standing, IReadOnlyCollection<RevisionName> others)
    {
        var own = rendered.Resources.Where(one => one.Class.Part == OncePart.Tags).Select(one => TagName.ParseOrNull(one.Resource.Label("istio.io/tag"))).OfType<TagName>().ToList();
        if (rendered.Revision.IsDefault && own.Contains(TagName.Default))
            throw new UserException(ErrorKind.Refused, "the control plane without a revision was rendered with a tag 'default' of its own: both would inject the same pods", "take 'default' out of revisionTags; that control plane answers without it");
        foreach (var tag in wishes.Tags.Concat(standing.Names).Concat(own).Distinct())
            if (!tag.IsDefault && others.Append(rendered.Revision).FirstOrDefault(revision => revision.Value == tag.Value) is { } revision)
                throw new UserException(ErrorKind.Refused, $"the tag '{tag}' has the name of the revision {revision}: both would inject the same pods", "give one of them another name");
    }
}
