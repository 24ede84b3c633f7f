using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Core.Workloads;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Batch;

/// <summary>Starts the Jobs of CronJobs (pkg/controller/cronjob of Kubernetes). What was missed while a CronJob was suspended is not made up for.</summary>
internal sealed class CronJobs(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes, TimeProvider time) : IController
{
    private readonly ResourceType _type = cluster.Type("batch/v1", "CronJob");
    private readonly ResourceType _jobs = cluster.Type("batch/v1", "Job");
    private readonly Dictionary<string, (string Schedule, DateTimeOffset? Next)> _next = new(StringComparer.Ordinal);

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        return change.Key == _jobs.Key ? OwnerNames.Of(change.Object, "CronJob") : [];
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } cron) return;
        var json = cron.ToJson();
        var jobs = cluster.Store.OwnedBy(cron.Uid).Where(item => item.Key == _jobs.Key).Select(item => item.Object.ToJson()).OrderBy(job => job.At("metadata.creationTimestamp").Shown(), StringComparer.Ordinal).ToList();
        if (json.At("spec.suspend").Shown() == "true") _next.Remove(cron.Uid);
        else Start(cron, json, jobs);
        Forget(json, jobs);
        UpdateStatus(cron, json);
    }

    private void Start(StoredObject cron, JsonObject json, List<JsonObject> jobs)
    {
        var (now, text) = (time.GetUtcNow(), json.At("spec.schedule").Shown());
        if (!_next.TryGetValue(cron.Uid, out var plan) || plan.Schedule != text)
        {
            Plan(cron, json, text, now);
            return;
        }
        if (plan.Next is not { } due || due > now) return;
        var running = jobs.FindAll(job => !IsEnded(job));
        var policy = json.At("spec.concurrencyPolicy").Shown();
        if (policy == "Replace")
            foreach (var job in running) writes.Delete(_jobs, cron.Namespace, job.At("metadata.name").Shown(), job.At("metadata.uid").Shown());
        if (policy != "Forbid" || running.Count == 0) StartOne(cron, json, due);
        Plan(cron, json, text, now);
    }

    private void StartOne(StoredObject cron, JsonObject json, DateTimeOffset due)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{cron.Name}-{due.ToUnixTimeSeconds() / 60}");
        if (cluster.Store.Find(_jobs.Key, cron.Namespace, name) is not null) return;
        var metadata = json.At("spec.jobTemplate.metadata")?.DeepClone() as JsonObject ?? [];
        (metadata["name"], metadata["ownerReferences"]) = (name, new JsonArray(PodTemplates.Reference(_type, cron)));
        metadata.Ensure("annotations")["batch.kubernetes.io/cronjob-scheduled-timestamp"] = Timestamp.Of(due);
        writes.Create(_jobs, cron.Namespace, new JsonObject { ["metadata"] = metadata, ["spec"] = json.At("spec.jobTemplate.spec")?.DeepClone() });
        writes.Change(_type, cron.Namespace, cron.Name, item => item.Ensure("status")["lastScheduleTime"] = Timestamp.Of(due), "status");
    }

    private void Plan(StoredObject cron, JsonObject json, string text, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(json.At("spec.timeZone").Shown() is { Length: > 0 } id ? id : "UTC", out var found) ? found : TimeZoneInfo.Utc;
        var next = CronSchedule.Read(text, out _)?.Next(TimeZoneInfo.ConvertTime(now, zone));
        _next[cron.Uid] = (text, next);
        if (next is { } due) loop.Again(this, cron.Namespace, cron.Name, due - now);
    }

    private void Forget(JsonObject json, List<JsonObject> jobs)
    {
        Trim(jobs.FindAll(job => Has(job, "Complete")), json.At("spec.successfulJobsHistoryLimit").AsWhole() ?? 3);
        Trim(jobs.FindAll(job => Has(job, "Failed")), json.At("spec.failedJobsHistoryLimit").AsWhole() ?? 1);
    }

    private void Trim(List<JsonObject> ended, long limit)
    {
        foreach (var job in ended.Take((int)Math.Max(0, ended.Count - limit))) writes.Delete(_jobs, job.At("metadata.namespace").Shown(), job.At("metadata.name").Shown(), job.At("metadata.uid").Shown());
    }

    private void UpdateStatus(StoredObject cron, JsonObject json)
    {
        var jobs = cluster.Store.OwnedBy(cron.Uid).Where(item => item.Key == _jobs.Key).Select(item => item.Object).ToList();
        var active = jobs.Where(job => !IsEnded(job.ToJson())).Select(job => (JsonNode)new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["namespace"] = job.Namespace, ["name"] = job.Name, ["uid"] = job.Uid }).ToArray();
        var succeeded = jobs.Select(job => job.ToJson()).Where(job => Has(job, "Complete")).Select(job => job.At("status.completionTime").Shown()).Append(json.At("status.lastSuccessfulTime").Shown()).Max(StringComparer.Ordinal);
        writes.Change(_type, cron.Namespace, cron.Name, item =>
        {
            var status = item.Ensure("status");
            if (active.Length > 0) status["active"] = new JsonArray(active);
            else status.Remove("active");
            if (!string.IsNullOrEmpty(succeeded)) status["lastSuccessfulTime"] = succeeded;
        }, "status");
    }

    private static bool IsEnded(JsonObject job) => Has(job, "Complete") || Has(job, "Failed");

    private static bool Has(JsonObject job, string condition) => new Conditions(job["status"], "")[condition]?.Text("status") == "True";
}
