using System.Globalization;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Kubernetes;

public sealed partial class ClusterClient
{
    /// <summary>Makes an object. It is not sent again when it is not known what became of it.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="space">Its namespace; null for what is cluster-wide.</param>
    /// <param name="body">The object, with its name.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The object as it is then.</returns>
    /// <exception cref="UserException">It was refused, or it is not known what became of it.</exception>
    public Task<YamlMapping> CreateAsync(ApiResource resource, string? space, YamlMapping body, WriteOptions options, CancellationToken cancel) =>
        CreateAsync(resource, space, body, options, RequestPriority.Write, cancel);

    /// <summary>Replaces an object. With a resource version in it, only that state is replaced.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="space">Its namespace; null for what is cluster-wide.</param>
    /// <param name="body">The object, with its name.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The object as it is then.</returns>
    /// <exception cref="UserException">It was refused, or it is not known what became of it.</exception>
    public Task<YamlMapping> UpdateAsync(ApiResource resource, string? space, YamlMapping body, WriteOptions options, CancellationToken cancel) =>
        UpdateAsync(resource, space, body, options, RequestPriority.Write, cancel);

    /// <summary>Changes parts of an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="space">Its namespace; null for what is cluster-wide.</param>
    /// <param name="name">Its name.</param>
    /// <param name="form">The form of the patch.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The object as it is then.</returns>
    /// <exception cref="UserException">It was refused, or it is not known what became of it.</exception>
    public Task<YamlMapping> PatchAsync(ApiResource resource, string? space, string name, PatchForm form, YamlNode patch, WriteOptions options, CancellationToken cancel) =>
        WriteAsync(new ApiRequest(Name("patch", resource, space, name, options.Part), HttpMethod.Patch, resource.Path(space, name, options.Part) + Query(options))
        {
            Content = JsonNodes.Write(patch),
            ContentType = form switch
            {
                PatchForm.Json => "application/json-patch+json",
                PatchForm.Merge => "application/merge-patch+json",
                _ => "application/strategic-merge-patch+json",
            },
            Repeatable = form == PatchForm.Json ? Repeatable.No : Repeatable.Yes,
        }, cancel);

    /// <summary>Applies what the manager wants of an object (server-side apply); makes it if it is not there.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="space">Its namespace; null for what is cluster-wide.</param>
    /// <param name="name">Its name.</param>
    /// <param name="wanted">The fields that are wanted; <c>apiVersion</c>, <c>kind</c> and name are added if they are not there.</param>
    /// <param name="force">True to take fields from other managers.</param>
    /// <param name="options">How; the field manager is whose wishes these are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">It was refused for another reason than a conflict, or it is not known what became of it.</exception>
    public async Task<ApplyResult> ApplyAsync(ApiResource resource, string? space, string name, YamlMapping wanted, bool force, WriteOptions options, CancellationToken cancel)
    {
        if (wanted["apiVersion"] is null) wanted = wanted.With("apiVersion", resource.ApiVersion);
        if (wanted["kind"] is null) wanted = wanted.With("kind", resource.Kind);
        var metadata = wanted["metadata"] as YamlMapping ?? YamlMapping.Empty;
        if (metadata["name"] is null) wanted = wanted.With("metadata", metadata.With("name", name));
        var request = new ApiRequest(Name("patch", resource, space, name, options.Part), HttpMethod.Patch, resource.Path(space, name, options.Part) + Query(options) + $"&force={(force ? "true" : "false")}")
        {
            Content = JsonNodes.Write(wanted),
            ContentType = "application/apply-patch+yaml",
        };
        try
        {
            return new ApplyResult.Applied(await WriteAsync(request, cancel));
        }
        catch (UserException e) when (e.InnerException is Rejection { Status: { Code: 409 } status } && ApplyConflict.Read(status) is { IsEmpty: false } conflicts)
        {
            return new ApplyResult.Conflicted(conflicts);
        }
    }

    /// <summary>Deletes an object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="space">Its namespace; null for what is cluster-wide.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">How, and only if what.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="UserException">It was refused, such as for a precondition (409), or it is not known what became of it.</exception>
    public async Task<bool> DeleteAsync(ApiResource resource, string? space, string name, DeleteOptions options, CancellationToken cancel)
    {
        var body = YamlMapping.Of(("apiVersion", "v1"), ("kind", "DeleteOptions"));
        if (options.Propagation != Propagation.Usual) body = body.With("propagationPolicy", options.Propagation.ToString());
        if (options.Grace is { } grace) body = body.With("gracePeriodSeconds", YamlScalar.Integer((long)grace.TotalSeconds));
        if (options.DryRun) body = body.With("dryRun", YamlSequence.Of(["All"]));
        var condition = YamlMapping.Empty;
        if (options.Uid is { } uid) condition = condition.With("uid", uid);
        if (options.ResourceVersion is { } version) condition = condition.With("resourceVersion", version);
        if (condition.Entries.Length > 0) body = body.With("preconditions", condition);
        var request = new ApiRequest(Name("delete", resource, space, name), HttpMethod.Delete, resource.Path(space, name))
        {
            Content = JsonNodes.Write(body),
            Priority = RequestPriority.Write,
        };
        try
        {
            await SendAsync(request, answer => answer.Body.RestAsync(_settings.LargestItem, cut: true).AsTask(), cancel);
            return true;
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 404 })
        {
            return false;
        }
    }

    /// <summary>Ends a pod if its disruption budgets allow it.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="uid">Its identity, so that a successor of the same name is left alone; null for whichever has the name.</param>
    /// <param name="dryRun">True to only ask.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">It was refused for another reason, or it is not known what became of it.</exception>
    public async Task<EvictionResult> EvictAsync(string space, string name, string? uid, bool dryRun, CancellationToken cancel)
    {
        var how = YamlMapping.Empty;
        if (uid is not null) how = how.With("preconditions", YamlMapping.Of(("uid", uid)));
        if (dryRun) how = how.With("dryRun", YamlSequence.Of(["All"]));
        var body = YamlMapping.Of(("apiVersion", "policy/v1"), ("kind", "Eviction"), ("metadata", YamlMapping.Of(("name", name), ("namespace", space))), ("deleteOptions", how));
        var request = new ApiRequest(Name("create", ApiResources.Pods, space, name, "eviction"), HttpMethod.Post, ApiResources.Pods.Path(space, name, "eviction"))
        {
            Content = JsonNodes.Write(body),
            Priority = RequestPriority.Write,
            Repeatable = uid is null ? Repeatable.No : Repeatable.Yes,
        };
        try
        {
            await SendAsync(request, answer => answer.Body.RestAsync(_settings.LargestItem, cut: true).AsTask(), cancel);
            return new EvictionResult.Evicted();
        }
        catch (UserException e) when (e.InnerException is Rejection { Status: { IsDisruptionBudget: true } status })
        {
            return new EvictionResult.Blocked(status.Message, status.RetryAfter);
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 404 })
        {
            return new EvictionResult.Gone();
        }
    }

    internal Task<YamlMapping> CreateAsync(ApiResource resource, string? space, YamlMapping body, WriteOptions options, RequestPriority priority, CancellationToken cancel) =>
        WriteAsync(new ApiRequest(Name("create", resource, space, NameOf(body)), HttpMethod.Post, resource.Path(space) + Query(options))
        {
            Content = JsonNodes.Write(body),
            Repeatable = Repeatable.No,
            Priority = priority,
        }, cancel);

    internal Task<YamlMapping> UpdateAsync(ApiResource resource, string? space, YamlMapping body, WriteOptions options, RequestPriority priority, CancellationToken cancel) =>
        WriteAsync(new ApiRequest(Name("update", resource, space, NameOf(body), options.Part), HttpMethod.Put, resource.Path(space, NameOf(body), options.Part) + Query(options))
        {
            Content = JsonNodes.Write(body),
            // Without a resource version a second writing could take back what another wrote in between.
            Repeatable = (body["metadata"] as YamlMapping)?["resourceVersion"] is YamlScalar { Value.Length: > 0 } ? Repeatable.Yes : Repeatable.No,
            Priority = priority,
        }, cancel);

    private Task<YamlMapping> WriteAsync(ApiRequest request, CancellationToken cancel) => SendAsync(
        request.Priority == RequestPriority.Read ? request with { Priority = RequestPriority.Write } : request,
        async answer => JsonNodes.Whole(await answer.Body.RestAsync(_settings.LargestItem), new StringPool()),
        cancel);

    private static string Query(WriteOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"?fieldManager={Uri.EscapeDataString(options.FieldManager)}{(options.DryRun ? "&dryRun=All" : "")}");

    private static string NameOf(YamlMapping body) => ((body["metadata"] as YamlMapping)?["name"] as YamlScalar)?.AsString ?? "";
}
