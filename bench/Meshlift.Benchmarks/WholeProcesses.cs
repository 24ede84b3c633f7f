using System.Globalization;

namespace Meshlift.Benchmarks;

/// <summary>Times whole programs in turn, A B C A B C ..., so that a machine whose speed drifts treats them alike; prints a Markdown table.</summary>
internal static class WholeProcesses
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 11;
        var folder = Directory.CreateTempSubdirectory("meshlift-bench-").FullName;
        try
        {
            var programs = Programs(folder).Where(program => program.Program is not null).ToList();
            var times = programs.ToDictionary(program => program.Name, _ => new List<TimeSpan>(), StringComparer.Ordinal);
            for (var round = -1; round < rounds; round++) // the first round warms the disk cache and is not counted
            {
                foreach (var program in programs)
                {
                    program.Before();
                    var (run, _) = await program.RunAsync();
                    if (round >= 0) times[program.Name].Add(run);
                }
            }
            Print(rounds, programs, times);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<TimedProgram> Programs(string folder)
    {
        var stream = Path.Combine(folder, "all.yaml");
        File.WriteAllBytes(stream, Streams.Read());
        File.WriteAllText(Path.Combine(folder, "meshlift.yaml"), """
            apiVersion: meshlift.dev/v1alpha1
            kind: Mesh
            metadata: { name: bench }
            spec:
              istio: { versions: "*", renderer: manifests, manifests: all.yaml }
              layout: { engine: flux }
              environments: [{ name: testing, clusters: [{ name: testing, path: clusters/testing }] }]
            """);
        var kustomization = Directory.CreateDirectory(Path.Combine(folder, "kustomize")).FullName;
        File.Copy(stream, Path.Combine(kustomization, "all.yaml"));
        File.WriteAllText(Path.Combine(kustomization, "kustomization.yaml"), "resources: [all.yaml]\n");
        var clusters = Path.Combine(folder, "clusters");
        var dotnet = TimedProgram.OnPath("dotnet");
        string[] render = [Path.Combine(AppContext.BaseDirectory, "meshlift.dll"), "render", "1.30.3"];
        yield return new TimedProgram("meshlift render, first run", dotnet, render, folder, () => Remove(clusters));
        yield return new TimedProgram("meshlift render, nothing changes", dotnet, render, folder, () => { });
        var before = Path.Combine(folder, "before.yaml");
        File.WriteAllBytes(before, Streams.ReadBefore());
        yield return new TimedProgram("meshlift diff, 1.29.6 -> 1.30.3", dotnet, [render[0], "diff", before, stream], folder, () => { });
        // Peers that compare lines, and resources by name: neither knows revisions.
        yield return new TimedProgram("diff -u, 1.29.6 -> 1.30.3", TimedProgram.OnPath("diff"), ["-u", before, stream], folder, () => { }) { IsFound = 1 };
        yield return new TimedProgram("dyff, 1.29.6 -> 1.30.3", TimedProgram.OnPath("dyff"), ["between", before, stream], folder, () => { });
        yield return new TimedProgram("meshlift --version", dotnet, [render[0], "--version"], folder, () => { });
        yield return new TimedProgram("kubectl kustomize", TimedProgram.OnPath("kubectl"), ["kustomize", kustomization], folder, () => { });
        var split = Path.Combine(folder, "split");
        yield return new TimedProgram("kubernetes-split-yaml", TimedProgram.OnPath("kubernetes-split-yaml"), ["--outdir", split, stream], folder, () => Remove(split));
    }

    private static void Print(int rounds, List<TimedProgram> programs, Dictionary<string, List<TimeSpan>> times)
    {
        var baseline = TimedProgram.Median(times[programs[0].Name]);
        Console.WriteLine($"{Streams.Name}; {rounds} rounds in turn; {Environment.ProcessorCount} processors; .NET {Environment.Version}; wall time of the whole process");
        Console.WriteLine();
        Console.WriteLine("| program | median s | min s | max s | against the first row |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var program in programs)
        {
            var walls = times[program.Name];
            var median = TimedProgram.Median(walls);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {program.Name} | {median.TotalSeconds:0.000} | {walls.Min().TotalSeconds:0.000} | {walls.Max().TotalSeconds:0.000} | {median / baseline:0.00} |"));
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
