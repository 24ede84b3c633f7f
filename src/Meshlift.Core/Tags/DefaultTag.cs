using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Tags;

/// <summary>The tag <c>default</c>: moving it concerns everything that names no revision, some of it at once.</summary>
public static class DefaultTag
{
    /// <summary>The name of the validation of what carries no revision.</summary>
    public const string Validator = "istiod-default-validator";

    /// <summary>True for an object of the tag: its webhook, its Service, and the validator that came with it.</summary>
    public static bool Owns(Resource resource) => resource.Label("istio.io/tag") == TagName.Default.Value;

    /// <summary>What happens when the tag moves, in sentences; what is at once comes first.</summary>
    /// <remarks>
    /// The second and third are what surprises: gateways of the Gateway API without a revision label roll the moment the tag moves (istio/istio#59959), and the
    /// new default revision takes the leader locks from the old one (pilot/pkg/leaderelection).
    /// </remarks>
    /// <param name="from">The revision that has it now; null for none.</param>
    /// <param name="to">The revision that gets it; null for none.</param>
    public static ImmutableArray<string> Switches(RevisionName? from, RevisionName? to)
    {
        if (to is null)
            return
            [
                "at once: configuration without istio.io/rev is no longer validated",
                "at once: no revision is the default one; gateways of the Gateway API and waypoints without istio.io/rev have no owner, and keep what they have",
                "at the next start of a pod: namespaces with istio-injection=enabled, and pods with sidecar.istio.io/inject=true and no revision, get no sidecar",
            ];
        return
        [
            $"at once: configuration without istio.io/rev is validated by {to}{(from is null ? "" : $", no longer by {from}")}",
            $"at once: gateways of the Gateway API and waypoints without istio.io/rev are redeployed by {to}; pin them with that label to move them one by one",
            $"at once: {to} takes the leader locks for status, analysis, ingress and namespaces{(from is null ? "" : $" from {from}")}",
            $"at the next start of a pod: namespaces with istio-injection=enabled, and pods with sidecar.istio.io/inject=true and no revision, get their sidecar from {to}",
        ];
    }

    /// <summary>Refuses to move the tag, or its validator, as a part among others.</summary>
    /// <param name="rendered">What is about to be placed.</param>
    /// <param name="activate">The parts that are to move.</param>
    /// <param name="before">What stands there.</param>
    /// <exception cref="UserException">The tag would move.</exception>
    public static void RefuseToMove(RenderedRevision rendered, IReadOnlySet<OncePart> activate, ClusterTags before)
    {
        var owner = before.OwnerOf(TagName.Default);
        var moves = activate.Contains(OncePart.Tags) && !before.IsFirst && owner != rendered.Revision && rendered.Resources.Any(one => one.Class.Part == OncePart.Tags && Owns(one.Resource));
        var splits = activate.Contains(OncePart.Validator) && owner is not null && owner != rendered.Revision && rendered.Resources.Any(one => one.Class.Part == OncePart.Validator);
        if (moves || splits)
            throw new UserException(
                ErrorKind.Refused,
                $"this would move the {(moves ? "tag default" : "validator of the tag default")} to {rendered.Revision}, and everything that names no revision with it",
                $"run 'meshlift tag set default {rendered.Revision}', which shows what that switches; leave {(moves ? "tags" : "validator")} out of --activate");
    }
}
