using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Batch;

/// <summary>Runs the pods of Jobs until enough of them have succeeded, or too many have failed (pkg/controller/job of Kubernetes). Indexed completion and failure policies are not known.</summary>
internal sealed class Jobs(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes, PodIndex pods, PodMaker maker, TimeProvider time) : IController
{
    private readonly ResourceType _type = cluster.Type("batch/v1", "Job");

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        return change.Key == SimulatedCluster.Pods ? OwnerNames.Of(change.Object, "Job") : [];
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } job) return;
        var json = job.ToJson();
        var conditions = new Conditions(json["status"], writes.Now);
        if (conditions["Complete"] is not null || conditions["Failed"] is not null)
        {
            Expire(job, json);
            return;
        }
        var started = json.At("status.startTime").AsText();
        var isSuspended = json.At("spec.suspend").Shown() == "true";
        string? refusal = null;
        if (isSuspended)
        {
            foreach (var pod in pods.Of(job.Uid).Where(pod => pod.IsActive).ToList()) maker.Delete(pod);
            conditions.Set("Suspended", value: true, "JobSuspended", "Job suspended");
        }
        else
        {
            started ??= writes.Now;
            if (conditions["Suspended"] is not null) conditions.Set("Suspended", value: false, "JobResumed", "Job resumed");
        }
        var (succeeded, failed, active) = Count(job);
        var wanted = json.At("spec.completions").AsWhole() ?? 1;
        var deadline = json.At("spec.activeDeadlineSeconds").AsWhole();
        var isLate = deadline is { } seconds && Timestamp.Parse(started) + TimeSpan.FromSeconds(seconds) <= time.GetUtcNow();
        var completed = (string?)null;
        if (succeeded >= wanted)
        {
            conditions.Set("SuccessCriteriaMet", value: true, "CompletionsReached", "Reached expected number of succeeded pods");
            conditions.Set("Complete", value: true, "CompletionsReached", "Reached expected number of succeeded pods");
            completed = writes.Now;
        }
        else if (isLate || failed > (json.At("spec.backoffLimit").AsWhole() ?? 6))
        {
            conditions.Set("Failed", value: true, isLate ? "DeadlineExceeded" : "BackoffLimitExceeded", isLate ? "Job was active longer than specified deadline" : "Job has reached the specified backoff limit");
            foreach (var pod in pods.Of(job.Uid).Where(pod => pod.IsActive).ToList()) maker.Delete(pod);
        }
        else if (!isSuspended)
        {
            for (var missing = Math.Min(json.At("spec.parallelism").AsWhole() ?? 1, wanted - succeeded) - active; missing > 0 && refusal is null; missing--)
                refusal = maker.Make(this, _type, job, PodTemplates.Pod((JsonObject)json.At("spec.template")!, _type, job), "job-controller");
            if (deadline is { } left && json.At("status.startTime") is null) loop.Again(this, @namespace, name, TimeSpan.FromSeconds(left));
        }
        (succeeded, failed, active) = Count(job);
        writes.Status(_type, job, new JsonObject
        {
            ["startTime"] = started, ["completionTime"] = completed, ["active"] = Counts.Some(active), ["succeeded"] = Counts.Some(succeeded), ["failed"] = Counts.Some(failed),
            ["ready"] = (long)pods.Of(job.Uid).Count(pod => pod.IsActive && pod.IsReady), ["terminating"] = (long)pods.Of(job.Uid).Count(pod => pod.IsDeleting),
            ["uncountedTerminatedPods"] = new JsonObject(), ["conditions"] = conditions.ToJson(),
        });
    }

    private (long Succeeded, long Failed, long Active) Count(StoredObject job)
    {
        var owned = pods.Of(job.Uid);
        return (owned.Count(pod => pod.Phase == "Succeeded"), owned.Count(pod => pod.Phase == "Failed"), owned.Count(pod => pod.IsActive));
    }

    /// <summary>Removes an ended Job whose time is over.</summary>
    private void Expire(StoredObject job, JsonObject json)
    {
        if (json.At("spec.ttlSecondsAfterFinished").AsWhole() is not { } seconds) return;
        var ended = (json["status"] as JsonObject)?.Items("conditions").OfType<JsonObject>().Where(condition => condition.Text("type") is "Complete" or "Failed").Select(condition => Timestamp.Parse(condition.Text("lastTransitionTime"))).FirstOrDefault();
        if (ended is null) return;
        var left = ended.Value + TimeSpan.FromSeconds(seconds) - time.GetUtcNow();
        if (left <= TimeSpan.Zero) writes.Delete(_type, job.Namespace, job.Name, job.Uid);
        else loop.Again(this, job.Namespace, job.Name, left);
    }
}
