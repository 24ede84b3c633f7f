using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Workloads;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Schedules that Kubernetes does not understand.</summary>
internal sealed class CronSchedulesRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3011", "cron_schedules", Severity.Error, "a schedule of a CronJob that Kubernetes does not understand");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "batch", Kind: "CronJob" } || (resource.Root["spec"] as YamlMapping)?["schedule"] is not YamlScalar { AsString: { } schedule } at) yield break;
        if (CronSchedule.Read(schedule, out var fault) is null) yield return new RuleHit(at.Span?.Start, "spec.schedule", $"'{schedule}' is no schedule: {fault}", "write minute, hour, day, month and weekday, such as \"30 4 * * *\"");
    }
}
