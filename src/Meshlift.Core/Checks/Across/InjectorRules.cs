using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>An injector that cannot be called.</summary>
internal sealed class InjectorServicesRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML1114", "injector_services", Severity.Error, "an injection webhook that calls a Service that does not exist");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        var told = new HashSet<object>();
        foreach (var (noted, injector) in notes.All<InjectorNote>())
        {
            // A configuration has several webhooks of one Service.
            if (injector.Service is not { } service || notes.HasService(noted.File, service.Namespace, service.Name) || !told.Add((noted.File, injector.Identity, service))) continue;
            yield return notes.CanHoldMore(noted.File, service.Namespace) || !notes.HasServices(noted.File, service.Namespace)
                ? AcrossHit.Unknown(noted, $"the Service of {injector.Identity.Name} may stand in no file")
                : AcrossHit.Of(Info, noted, injector.At, $"{injector.Path}.clientConfig.service", $"there is no Service {service.Name} in {service.Namespace}, so no pod can be created where this webhook answers", "remove the webhook, or point it at a control plane that stays");
        }
    }
}

/// <summary>Two injectors for one pod.</summary>
internal sealed class OverlappingInjectorsRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML1115", "overlapping_injectors", Severity.Error, "two injection webhooks that answer for the same pods");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        var injectors = notes.All<InjectorNote>().Where(one => !IsDeactivated(one.Note)).ToList();
        for (var i = 0; i < injectors.Count; i++)
        {
            var (noted, injector) = injectors[i];
            for (var j = 0; j < i; j++)
            {
                var (otherNoted, other) = injectors[j];
                if (other.Identity == injector.Identity || !noted.File.Sees(otherNoted.File) || !LabelDemands.CanMeet(injector.Namespaces, other.Namespaces) || !LabelDemands.CanMeet(injector.Pods, other.Pods)) continue;
                yield return AcrossHit.Of(
                    Info, noted, injector.At, injector.Path, $"{other.Identity.Name} answers for the same pods ({other.Name} at {otherNoted.File.ShownAs}:{other.At}): the sidecar of the one that is called last stays",
                    "remove one of the two, or move the tag default to the one that is to answer");
                break;
            }
        }
    }

    // What istioctl does to a webhook that a tag has replaced.
    private static bool IsDeactivated(InjectorNote note) => note.Namespaces.Requirements.Concat(note.Pods.Requirements).Any(demand => demand.Key == "istio.io/deactivated");
}
