using System.Diagnostics;
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
                    var run = await TimeAsync(program);
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

    private static IEnumerable<Timed> Programs(string folder)
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
        var dotnet = OnPath("dotnet");
        string[] render = [Path.Combine(AppContext.BaseDirectory, "meshlift.dll"), "render", "1.30.3"];
        yield return new Timed("meshlift render, first run", dotnet, render, folder, () => Remove(clusters));
        yield return new Timed("meshlift render, nothing changes", dotnet, render, folder, () => { });
        var before = Path.Combine(folder, "before.yaml");
        File.WriteAllBytes(before, Streams.ReadBefore());
        yield return new Timed("meshlift diff, 1.29.6 -> 1.30.3", dotnet, [render[0], "diff", before, stream], folder, () => { });
        // Peers that compare lines, and resources by name: neither knows revisions.
        yield return new Timed("diff -u, 1.29.6 -> 1.30.3", OnPath("diff"), ["-u", before, stream], folder, () => { }) { IsFound = 1 };
        yield return new Timed("dyff, 1.29.6 -> 1.30.3", OnPath("dyff"), ["between", before, stream], folder, () => { });
        yield return new Timed("meshlift --version", dotnet, [render[0], "--version"], folder, () => { });
        yield return new Timed("kubectl kustomize", OnPath("kubectl"), ["kustomize", kustomization], folder, () => { });
        var split = Path.Combine(folder, "split");
        yield return new Timed("kubernetes-split-yaml", OnPath("kubernetes-split-yaml"), ["--outdir", split, stream], folder, () => Remove(split));
    }

    private static async Task<TimeSpan> TimeAsync(Timed program)
    {
        var start = new ProcessStartInfo(program.Program!) { WorkingDirectory = program.Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in program.Arguments) start.ArgumentList.Add(argument);
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await process.WaitForExitAsync();
        var wall = Stopwatch.GetElapsedTime(clock);
        if (process.ExitCode != 0 && process.ExitCode != program.IsFound) throw new InvalidOperationException($"{program.Name} ended with {process.ExitCode}: {await error}");
        return wall;
    }

    private static void Print(int rounds, List<Timed> programs, Dictionary<string, List<TimeSpan>> times)
    {
        var baseline = Median(times[programs[0].Name]);
        Console.WriteLine($"{Streams.Name}; {rounds} rounds in turn; {Environment.ProcessorCount} processors; .NET {Environment.Version}; wall time of the whole process");
        Console.WriteLine();
        Console.WriteLine("| program | median s | min s | max s | against the first row |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var program in programs)
        {
            var walls = times[program.Name];
            var median = Median(walls);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {program.Name} | {median.TotalSeconds:0.000} | {walls.Min().TotalSeconds:0.000} | {walls.Max().TotalSeconds:0.000} | {median / baseline:0.00} |"));
        }
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : default;

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private sealed record Timed(string Name, string? Program, string[] Arguments, string Folder, Action Before)
    {
        /// <summary>The exit code that says that something was found.</summary>
        public int IsFound { get; init; }
    }
}
