using Meshlift.Adapters.Files;
using Meshlift.CommandLine.Output;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Patching;
using Meshlift.Core.Rendering;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary><c>render --until STEP --to DIR</c>: what a step hands to the next one, as files.</summary>
internal static class StepOutput
{
    /// <summary>The steps whose result can be looked at; that of the last step, <c>write</c>, is in Git.</summary>
    public static IEnumerable<RenderStep> Steps => Enum.GetValues<RenderStep>().Where(step => step != RenderStep.Write);

    /// <summary>The name of a step on the command line.</summary>
    public static string NameOf(RenderStep step) => step.ToString().ToLowerInvariant();

    /// <summary>True for the name of one of <see cref="Steps"/>.</summary>
    public static bool IsStep(string name) => Steps.Any(step => NameOf(step) == name);

    /// <summary>The step of a name; the name is one of <see cref="Steps"/>.</summary>
    public static RenderStep Parse(string name) => Steps.Single(step => NameOf(step) == name);

    /// <summary>Runs the steps up to one and writes its result.</summary>
    public static async Task<int> RunAsync(RenderCall call, RenderStep step, string? folder, RenderOutput writer, CancellationToken cancel)
    {
        if (folder is not null) NewFolder.RequireEmpty(folder);
        var request = call.Request();
        using var renders = new RenderTools();
        if (step == RenderStep.Resolve)
        {
            var version = await renders.Run.ResolveAsync(request, cancel);
            writer.Write(version, request.Mesh.Spec.Istio.Revision.For(version));
            return (int)ExitCode.Done;
        }
        var prepared = await renders.Run.PrepareAsync(request, cancel);
        var files = step switch
        {
            RenderStep.Render => prepared.Streams.Select((stream, index) => ($"{index + 1:00}-{Path.GetFileName(stream.Name)}", stream.Bytes)),
            RenderStep.Split => prepared.Split.Resources.Select(resource => (GeneratedPath.Of(resource.Identity), resource.ToCanonicalYaml())),
            RenderStep.Classify => Files(prepared.Classified),
            RenderStep.Clean => Files(prepared.Cleaned.Kept),
            RenderStep.Mutate => Files((await prepared.MutateAsync(cancel)).Resources),
            RenderStep.Patch => Files(await PatchedAsync(request, prepared, renders.Run, cancel)),
            _ => Files(await TaggedAsync(request, prepared, renders.Run, cancel)),
        };
        var count = NewFolder.Write(folder!, files);
        if (writer.Format == OutputFormat.Json) writer.Write(prepared.Version, prepared.Revision);
        else writer.Output.WriteLine($"Istio {prepared.Version} as revision {prepared.Revision}: {Counted.Of(count, "file")} after '{NameOf(step)}' in {folder}");
        return (int)ExitCode.Done;
    }

    private static async Task<IEnumerable<ClassifiedResource>> PatchedAsync(RenderRequest request, Preparation prepared, RenderRun run, CancellationToken cancel) =>
        (await run.PatchAsync(request, prepared, Only(request, "patches"), cancel)).Rendering;

    private static async Task<IEnumerable<ClassifiedResource>> TaggedAsync(RenderRequest request, Preparation prepared, RenderRun run, CancellationToken cancel) =>
        await run.TagAsync(request, prepared, Only(request, "tags"), cancel);

    private static ClusterSpec Only(RenderRequest request, string what) => request.Clusters is [var cluster]
        ? cluster
        : throw new UserException(ErrorKind.Input, $"{what} may differ between {string.Join(", ", request.Clusters.Select(one => one.Name))}", "choose one with --cluster");

    private static IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> Files(IEnumerable<ClassifiedResource> resources) =>
        resources.Select(classified => (PatchTree.PathOf(classified), classified.Resource.ToCanonicalYaml()));
}
