"""Between tieout and Airflow: what the DAG files share, the set-up of a deployment, an Airflow to try it out."""
